import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { LEASE_MS } from './claim-deliveries.js';
import type { ClaimedDelivery } from './delivery.js';
import {
  FAILURES_UNTIL_DOWN,
  MAX_ATTEMPTS,
  pauseBeforeProbeMs,
  pauseBeforeRetryMs,
} from './retry-schedule.js';

/*
 * What came of an attempt, stored only while the attempt is the delivery's last: after the lease
 * somebody else has it, and says what became of it.
 */
type Db = Kysely<Database>;

export interface FailedAttempt {
  readonly status?: number;
  readonly error: string;
  readonly retryAfterMs?: number;
  /** The target says that it is there no more. */
  readonly gone?: boolean;
}

/** A target that failed for so long, whatever it was sent, is sent nothing more. */
const DISABLED_AFTER = sql`interval '5 days'`;

export async function settleDelivered(
  db: Db,
  { id, attempt, webhookId, failures }: ClaimedDelivery,
  status: number,
): Promise<void> {
  await sql`
    with settled as (
      update webhook_deliveries
      set state = 'delivered', delivered_at = now(), last_status = ${status}, last_error = null
      where id = ${id} and attempts = ${attempt} and state = 'pending'
      returning webhook_id
    )
    update webhooks set failures = 0, failing_since = null, retry_at = null
    from settled where webhooks.id = settled.webhook_id and failures > 0`.execute(db);
  if (failures >= FAILURES_UNTIL_DOWN) await wakeWaiting(db, webhookId);
}

/** The target is back: what waits for a later attempt, and is not under way, is due now. */
async function wakeWaiting(db: Db, webhookId: string): Promise<void> {
  await sql`
    update webhook_deliveries set next_attempt_at = now()
    where webhook_id = ${webhookId} and state = 'pending'
      and next_attempt_at > now() + ${LEASE_MS} * interval '1 millisecond'`.execute(db);
}

export interface Consequences {
  /** It was the last attempt. */
  readonly dead: boolean;
  /** Why the webhook is sent nothing more, when this attempt was the end of it. */
  readonly disabledReason: string | null;
}

/** @returns undefined when the attempt was not the delivery's last any more. */
export function settleFailed(
  db: Db,
  delivery: ClaimedDelivery,
  failed: FailedAttempt,
): Promise<Consequences | undefined> {
  return db.transaction().execute(async (tx) => {
    const consequences = await storeFailure(tx, delivery, failed);
    if (typeof consequences?.disabledReason === 'string') {
      await buryPending(tx, delivery.webhookId, 'the webhook was disabled');
    }
    return consequences;
  });
}

async function storeFailure(
  db: Db,
  { id, attempt, tries, webhookId, failures }: ClaimedDelivery,
  { status, error, retryAfterMs, gone = false }: FailedAttempt,
): Promise<Consequences | undefined> {
  const pauseMs = pauseBeforeRetryMs(tries, retryAfterMs);
  const probeMs = pauseBeforeProbeMs(failures + 1);
  const { rows } = await sql<Consequences>`
    with settled as (
      update webhook_deliveries
      set last_status = ${status ?? null}, last_error = ${error},
        state = ${tries >= MAX_ATTEMPTS ? 'dead' : 'pending'},
        next_attempt_at = now() + ${pauseMs} * interval '1 millisecond'
      where id = ${id} and attempts = ${attempt} and state = 'pending'
      returning state
    ), ending as (
      select id, case
        when ${gone} then 'the target answered that it is gone (status 410)'
        when failing_since < now() - ${DISABLED_AFTER}
          then 'nothing could be delivered for five days; the last error: ' || ${error}::text
      end as reason
      from webhooks where id = ${webhookId} and disabled_at is null for update
    ), failing as (
      update webhooks
      set failures = failures + 1, failing_since = coalesce(failing_since, now()),
        retry_at = case when failures + 1 >= ${FAILURES_UNTIL_DOWN}
          then now() + ${probeMs} * interval '1 millisecond' end,
        disabled_at = case when reason is not null then now() end, disabled_reason = reason
      from ending where webhooks.id = ending.id and exists (select from settled)
      returning disabled_reason
    )
    select settled.state = 'dead' as dead, disabled_reason as "disabledReason"
    from settled left join failing on true`.execute(db);
  return rows[0];
}

/** Nothing waits for this webhook any more, until it is redelivered. */
export async function buryPending(db: Db, webhookId: string, reason: string): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'dead', last_error = coalesce(last_error, ${reason})
    where webhook_id = ${webhookId} and state = 'pending'`.execute(db);
}

/** The attempt was broken off by us: as if it had not been made, except that it may have arrived. */
export async function release(db: Db, { id, attempt }: ClaimedDelivery): Promise<void> {
  await sql`
    update webhook_deliveries set attempts = attempts - 1, next_attempt_at = now()
    where id = ${id} and attempts = ${attempt} and state = 'pending'`.execute(db);
}
