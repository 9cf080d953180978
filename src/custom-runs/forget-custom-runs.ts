import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';

const KEEP_DAYS = 7;
const AT_ONCE = 500;

/** Forgets custom runs that ended long ago: they are for trying out, and nobody's result. */
export async function forgetCustomRuns(db: Kysely<Database>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from custom_runs where id in (
      select id from custom_runs
      where finished_at < now() - ${KEEP_DAYS} * interval '1 day'
      order by finished_at limit ${AT_ONCE} for update skip locked
    )`.execute(db);
  return Number(numAffectedRows ?? 0);
}
