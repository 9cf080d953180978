import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import type { Blobs } from '../blobs/blobs.js';
import { BLOBS } from '../blobs/blobs.module.js';
import { DATABASE } from '../database/database.module.js';
import { RegularSweep } from '../database/regular-sweep.js';
import type { Database } from '../database/schema.js';
import type { Queue } from '../queue/queue.js';
import { QUEUE } from '../queue/queue.module.js';
import { registerArchiveBodies } from './archive-body.js';
import { ProblemUploads } from './problem-uploads.js';
import { sweepBlobs } from './sweep-blobs.js';
import { ProblemsController } from './problems.controller.js';
import type { PackageContext } from './read-package.js';
import { VersionsController } from './versions.controller.js';

/** All of the store is listed each time. */
const SWEEP_EVERY_MS = 60 * 60_000;

export interface ProblemsParts {
  readonly context: PackageContext;
  /** Of this machine, for archives while they are read. */
  readonly uploadDirectory: string;
}

@Module({})
export class ProblemsModule implements OnModuleInit {
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  static register({ context, uploadDirectory }: ProblemsParts): DynamicModule {
    return {
      module: ProblemsModule,
      controllers: [VersionsController, ProblemsController],
      providers: [
        {
          provide: ProblemUploads,
          inject: [DATABASE, QUEUE, BLOBS],
          useFactory: (db: Kysely<Database>, queue: Queue, blobs: Blobs) =>
            new ProblemUploads({ db, queue, blobs, context, directory: uploadDirectory }),
        },
        {
          provide: RegularSweep,
          inject: [DATABASE, BLOBS],
          useFactory: (db: Kysely<Database>, blobs: Blobs) =>
            new RegularSweep('stored files', () => sweepBlobs(db, blobs), SWEEP_EVERY_MS),
        },
      ],
    };
  }

  onModuleInit(): void {
    registerArchiveBodies(this.#host.httpAdapter.getInstance<FastifyInstance>());
  }
}
