import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import { isMigrated } from '../database/migrate.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';

/** Shorter than whoever asks is patient: a load balancer's check takes some seconds. */
const DEADLINE_MS = 2000;
const RETRY_AFTER_S = 2;

/** May requests be sent to this process? */
@Injectable()
export class Readiness implements OnModuleDestroy {
  readonly #db: Kysely<Database>;
  #stopping = false;
  /** However many ask, the database is asked once at a time. */
  #asking: Promise<boolean> | undefined;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  /** The first that happens when the process stops: nobody sends anything here while requests end. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }

  /** @throws JudgeError `aborted` when the process stops; `database-unavailable` */
  async check(): Promise<void> {
    if (this.#stopping) {
      throw new JudgeError('aborted', 'the process is stopping', { retryAfterS: RETRY_AFTER_S });
    }
    this.#asking ??= isMigrated(this.#db).finally(() => (this.#asking = undefined));
    if (!(await inTime(this.#asking))) {
      throw new JudgeError('database-unavailable', 'the database is not as it has to be', {
        retryAfterS: RETRY_AFTER_S,
      });
    }
  }
}

async function inTime(answer: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), DEADLINE_MS);
  try {
    return await Promise.race([answer.catch(() => false), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
