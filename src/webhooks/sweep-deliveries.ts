import { sql, type Kysely } from 'kysely';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';

const DAY_MS = 86_400_000;
/** As long as all the attempts of one delivery take. */
const WAIT = sql`interval '1 day'`;
/** What was delivered or is dead can be looked at, and redelivered, for so long. */
const KEPT_MS = 30 * DAY_MS;
const AT_ONCE = 1000;

/**
 * Ends deliveries that waited in vain: of a webhook that is down only one at a time is tried, and the
 * others are dead after the same day.
 */
export async function buryWaiting(db: Kysely<Database>): Promise<number> {
  const { numAffectedRows } = await sql`
    update webhook_deliveries
    set state = 'dead', last_error = coalesce(last_error, 'the target was down for a day')
    from webhooks
    where webhooks.id = webhook_id and failing_since < now() - ${WAIT}
      and state = 'pending' and next_attempt_at < now() - ${WAIT}`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Forgets old deliveries, some at a time. @returns how many. */
export async function forgetOld(db: Kysely<Database>, now: Date): Promise<number> {
  // Ids begin with their time, so that the primary key finds the oldest.
  const before = newId(now.getTime() - KEPT_MS);
  const { numAffectedRows } = await sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries
      where id < ${before} and state <> 'pending' order by id limit ${AT_ONCE}
    )`.execute(db);
  return Number(numAffectedRows ?? 0);
}
