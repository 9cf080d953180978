import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';

/** Our own clock may drift from the database's by what a minute makes of it. */
const READ_EVERY_MS = 60_000;

/**
 * The database's time, without asking for it each time: a reading, and what passed since on a clock
 * that nobody sets. The wall clocks of several machines need not agree.
 */
export class DatabaseClock {
  #reading: { readonly databaseMs: number; readonly atMs: number } | undefined;

  async nowMs(db: Kysely<Database>): Promise<number> {
    const atMs = performance.now();
    if (this.#reading === undefined || atMs - this.#reading.atMs > READ_EVERY_MS) {
      const { rows } = await sql<{ ms: number }>`
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
      const [row] = rows;
      if (row === undefined) throw new Error('the database did not say what time it is');
      this.#reading = { databaseMs: row.ms, atMs };
    }
    return this.#reading.databaseMs + performance.now() - this.#reading.atMs;
  }
}
