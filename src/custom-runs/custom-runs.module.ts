import { Module, type DynamicModule } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import { RegularSweep } from '../database/regular-sweep.js';
import type { Database } from '../database/schema.js';
import { CustomRunsController } from './custom-runs.controller.js';
import { CustomRunsRepository } from './custom-runs.repository.js';
import { forgetCustomRuns } from './forget-custom-runs.js';
import { CODE_LIMIT, CustomRunsService } from './custom-runs.service.js';

@Module({})
export class CustomRunsModule {
  /** @param submissions the module as it is registered: what reads programs is the same. */
  static register(submissions: DynamicModule, codeLimitBytes: number): DynamicModule {
    return {
      module: CustomRunsModule,
      imports: [submissions],
      controllers: [CustomRunsController],
      providers: [
        CustomRunsRepository,
        CustomRunsService,
        { provide: CODE_LIMIT, useValue: codeLimitBytes },
        {
          provide: RegularSweep,
          inject: [DATABASE],
          useFactory: (db: Kysely<Database>) =>
            new RegularSweep('custom runs', () => forgetCustomRuns(db)),
        },
      ],
    };
  }
}
