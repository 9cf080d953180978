import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { sql, type Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';

/** A client that was away for a day can still ask what became of its request. */
const KEEP_H = 48;
const EVERY_MS = 10 * 60_000;
const AT_ONCE = 5000;

/** Forgets idempotency keys that nobody repeats any more. Every API process may do it. */
@Injectable()
export class IdempotencySweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #db: Kysely<Database>;
  readonly #logger = new Logger('submissions');
  #timer: NodeJS.Timeout | undefined;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.sweep().catch((error: unknown) =>
        this.#logger.warn({ event: 'idempotency-keys-not-swept', error }),
      );
    }, EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async sweep(): Promise<void> {
    await sql`
      delete from idempotency_keys where (account_id, key) in (
        select account_id, key from idempotency_keys
        where created_at < now() - ${KEEP_H} * interval '1 h'
        order by created_at limit ${AT_ONCE} for update skip locked
      )`.execute(this.#db);
  }
}
