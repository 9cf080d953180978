import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/schema.js';
import { QUEUE_SCHEMA } from './queue-settings.js';

/** Forgets every job, for a database whose rows are replaced. */
export async function clearQueue(tx: Transaction<Database>): Promise<void> {
  await sql`delete from ${sql.table(`${QUEUE_SCHEMA}.job`)}`.execute(tx);
}
