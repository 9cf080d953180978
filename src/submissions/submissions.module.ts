import { Module, type DynamicModule } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import { RegularSweep } from '../database/regular-sweep.js';
import type { Database } from '../database/schema.js';
import { JudgementsModule } from '../judgements/judgements.module.js';
import { LanguageRegistry } from '../languages/language-registry.js';
import { forgetKeys } from './forget-keys.js';
import { QueueEstimate } from './queue-estimate.js';
import { SubmissionsController } from './submissions.controller.js';
import { SubmissionsRepository } from './submissions.repository.js';
import { SubmissionsService } from './submissions.service.js';
import { SubmitService } from './submit.service.js';
import { SourceUnpacker } from './unpack-sources.js';
import { VerdictWait } from './verdict-wait.js';

export interface SubmissionsParts {
  readonly languages: LanguageRegistry;
  /** Of our own: archives of sources are unpacked below it. */
  readonly unpackDirectory: string;
}

@Module({})
export class SubmissionsModule {
  static register({ languages, unpackDirectory }: SubmissionsParts): DynamicModule {
    return {
      module: SubmissionsModule,
      imports: [JudgementsModule],
      controllers: [SubmissionsController],
      providers: [
        { provide: LanguageRegistry, useValue: languages },
        { provide: SourceUnpacker, useValue: new SourceUnpacker(unpackDirectory) },
        SubmissionsRepository,
        SubmissionsService,
        SubmitService,
        QueueEstimate,
        VerdictWait,
        {
          provide: RegularSweep,
          inject: [DATABASE],
          useFactory: (db: Kysely<Database>) =>
            new RegularSweep('idempotency keys', () => forgetKeys(db)),
        },
      ],
      exports: [LanguageRegistry, SourceUnpacker, QueueEstimate],
    };
  }
}
