import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import type { ClaimedDelivery } from './delivery.js';
import { FAILURES_UNTIL_DOWN } from './retry-schedule.js';

/** Longer than any attempt takes: after it somebody else may try. */
export const LEASE_MS = 30_000;

export interface Room {
  /** Attempts at once in this process: in all, of one account, to one webhook. */
  readonly total: number;
  readonly perAccount: number;
  readonly perWebhook: number;
}

/** What is under way. */
export interface Busy {
  readonly webhookId: string;
  readonly accountId: string;
}

/**
 * Takes deliveries that are due, for as many attempts as there is room. Of a webhook and a submission
 * only the first that is pending can be taken, so that they arrive in order. Of a webhook that is
 * down one is taken at a time, to try. Whoever is not finished when the lease ends is tried again.
 */
export async function claimDeliveries(
  db: Kysely<Database>,
  room: Room,
  busy: readonly Busy[],
): Promise<readonly ClaimedDelivery[]> {
  const lease = sql`${LEASE_MS} * interval '1 millisecond'`;
  const { rows } = await sql<ClaimedDelivery>`
    with busy as (
      select * from unnest(
        ${busy.map(({ webhookId }) => webhookId)}::uuid[],
        ${busy.map(({ accountId }) => accountId)}::uuid[]
      ) as busy (webhook_id, account_id)
    ), live as (
      select webhooks.id, account_id,
        case when failures >= ${FAILURES_UNTIL_DOWN} then 1 else ${room.perWebhook} end
          - (select count(*) from busy where busy.webhook_id = webhooks.id) as room,
        (select count(*) from busy where busy.account_id = webhooks.account_id) as account_busy
      from webhooks join accounts on accounts.id = webhooks.account_id
      where webhooks.deleted_at is null and webhooks.disabled_at is null
        and accounts.disabled_at is null and (admin or not all_submissions)
        and (retry_at is null or retry_at <= now())
    ), due as (
      select first.id, first.next_attempt_at, account_busy,
        row_number() over (partition by account_id order by first.next_attempt_at) as place
      from live cross join lateral (
        select id, next_attempt_at from webhook_deliveries as delivery
        where webhook_id = live.id and state = 'pending' and next_attempt_at <= now()
          -- Not a join: for the few rows that are taken, not for all that wait.
          and event_id = (
            select min(event_id) from webhook_deliveries as pending
            where pending.webhook_id = delivery.webhook_id
              and pending.submission_id = delivery.submission_id and pending.state = 'pending'
          )
        order by next_attempt_at, event_id
        limit greatest(live.room, 0)
        for update skip locked
      ) as first
    ), chosen as (
      select id from due where place + account_busy <= ${room.perAccount}
      order by next_attempt_at limit ${Math.max(room.total - busy.length, 0)}
    ), claimed as (
      update webhook_deliveries set attempts = attempts + 1, next_attempt_at = now() + ${lease}
      from chosen where webhook_deliveries.id = chosen.id
      returning webhook_deliveries.*
    ), trying as (
      update webhooks set retry_at = now() + ${lease}
      from claimed
      where webhooks.id = claimed.webhook_id and failures >= ${FAILURES_UNTIL_DOWN}
    )
    select claimed.id, webhooks.id as "webhookId", account_id as "accountId", url, failures,
      claimed.attempts as attempt,
      claimed.attempts - attempts_before as tries, now() as "claimedAt",
      case when previous_secret_until > now() then array[secret, previous_secret]
        else array[secret] end as secrets,
      jsonb_build_object(
        'submissionId', events.submission_id, 'judgementId', judgement_id,
        'sequence', sequence, 'type', type, 'data', data, 'createdAt', events.created_at
      ) as event
    from claimed
      join webhooks on webhooks.id = claimed.webhook_id
      join events on events.id = claimed.event_id
    order by claimed.event_id`.execute(db);
  return rows.map((row) => ({
    ...row,
    event: { ...row.event, createdAt: new Date(row.event.createdAt) },
  }));
}
