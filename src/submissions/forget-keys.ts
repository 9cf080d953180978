import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';

/** A client that was away for a day can still ask what became of its request. */
const KEEP_H = 48;
const AT_ONCE = 5000;

/** Forgets idempotency keys that nobody repeats any more. */
export async function forgetKeys(db: Kysely<Database>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where (account_id, key) in (
      select account_id, key from idempotency_keys
      where created_at < now() - ${KEEP_H} * interval '1 h'
      order by created_at limit ${AT_ONCE} for update skip locked
    )`.execute(db);
  return Number(numAffectedRows ?? 0);
}
