import { sql, type Transaction } from 'kysely';
import type { Database } from './schema.js';

/*
 * Stored files and the rows that name them are in two places. Whoever commits a row that names one
 * does so with the lock shared, having seen under it that the file is there; whoever removes files
 * that no row names looks and removes with the lock for himself. So a file that is put again while it
 * is being removed is either named by a row in time, and stays, or found missing before the row is.
 */

const KEY = 5_206_811_305;

/** Until the end of the transaction no stored file is removed. */
export async function keepBlobs(tx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${sql.lit(KEY)})`.execute(tx);
}

/** Until the end of the transaction no row comes to name a stored file; false: not now. */
export async function mayRemoveBlobs(tx: Transaction<Database>): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(${sql.lit(KEY)}) as held`.execute(tx);
  return rows[0]?.held === true;
}
