import { setTimeout as sleep } from 'node:timers/promises';
import type { IsolationLevel, Kysely, Transaction } from 'kysely';
import { databaseFailure } from './database-failure.js';
import type { Database } from './schema.js';

export interface TransactionOptions {
  /** Default: read committed. */
  readonly isolation?: IsolationLevel;
}

const TRIES = 5;
const PAUSE_MS = 20;

/**
 * Runs the work in a transaction, and anew when another one was in its way (deadlock, serialization):
 * the work must do nothing but queries. A connection that breaks is not tried again here: a commit
 * may have happened.
 */
export async function inTransaction<T>(
  db: Kysely<Database>,
  work: (tx: Transaction<Database>) => Promise<T>,
  { isolation }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const transaction = db.transaction();
    const builder =
      isolation === undefined ? transaction : transaction.setIsolationLevel(isolation);
    try {
      return await builder.execute(work);
    } catch (error) {
      if (databaseFailure(error) !== 'conflict' || attempt === TRIES) throw error;
      await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}
