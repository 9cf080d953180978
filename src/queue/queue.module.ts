import {
  Global,
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE, LISTENER } from '../database/database.module.js';
import type { Listener } from '../database/listener.js';
import type { Database } from '../database/schema.js';
import { LeaseWatch } from './lease-watch.js';
import { PgBossQueue } from './pg-boss-queue.js';
import type { Queue } from './queue.js';

/** Injects the `Queue`. */
export const QUEUE = Symbol('QUEUE');

@Injectable()
class QueueRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #watch: LeaseWatch;

  constructor(@Inject(QUEUE) private readonly queue: Queue) {
    const logger = new Logger('queue');
    this.#watch = new LeaseWatch(queue, (error) =>
      logger.warn({ event: 'leases-not-watched', error }),
    );
  }

  onApplicationBootstrap(): void {
    this.#watch.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#watch.stop();
    await this.queue.close();
  }
}

@Global()
@Module({
  providers: [
    {
      provide: QUEUE,
      inject: [DATABASE, LISTENER],
      useFactory: (db: Kysely<Database>, listener: Listener) => new PgBossQueue(db, listener),
    },
    QueueRunner,
  ],
  exports: [QUEUE],
})
export class QueueModule {}
