import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Database } from '../database/schema.js';
import type { EventType } from './event-type.js';

/** Its payload is a submission's id: there are new events of it. */
export const EVENTS_CHANNEL = 'minos_events';
/** There are new deliveries to webhooks. */
export const DELIVERIES_CHANNEL = 'minos_deliveries';

export interface NewEvent {
  readonly submissionId: string;
  readonly judgementId: string;
  readonly type: EventType;
  /** An object of JSON. Holds nothing that a solver must not see. */
  readonly data: object;
}

type Tx = Transaction<Database>;

export async function appendEvent(tx: Tx, event: NewEvent): Promise<void> {
  await appendEvents(tx, [event]);
}

/**
 * Puts events into the outbox, in the transaction that makes them true: numbered without gaps per
 * submission, with a delivery for each webhook that asks for them. Listeners hear of them at commit.
 * Events of a judgement that is not current are nobody's business, and are left out.
 */
export async function appendEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  // The update locks each submission's row until commit, so that numbers become visible in order.
  await sql`
    with given as (
      select * from unnest(
        ${events.map(({ submissionId }) => submissionId)}::uuid[],
        ${events.map(({ judgementId }) => judgementId)}::uuid[],
        ${events.map(({ type }) => type)}::text[],
        ${events.map(({ data }) => JSON.stringify(data))}::jsonb[]
      ) with ordinality as given (submission_id, judgement_id, type, data, ordinal)
    ), told as (
      select given.*, row_number() over (partition by submission_id order by ordinal) as place
      from given
      where exists (
        select from judgements
        where judgements.id = given.judgement_id and current
          and judgements.submission_id = given.submission_id
      )
    ), numbered as (
      update submissions set last_event = last_event + counted.count
      from (select submission_id, count(*)::integer as count from told group by 1) as counted
      where submissions.id = counted.submission_id
      returning submissions.id, account_id, last_event - counted.count as before
    ), added as (
      insert into events (submission_id, judgement_id, sequence, type, data)
      select told.submission_id, judgement_id, before + place, type, data
      from told join numbered on numbered.id = told.submission_id
      order by ordinal
      returning id, submission_id, type
    ), delivered as (${deliveries(sql`added join numbered on numbered.id = added.submission_id`)})
    select pg_notify(${EVENTS_CHANNEL}, id::text) from numbered
    union all
    select pg_notify(${DELIVERIES_CHANNEL}, '') where exists (select from delivered)
  `.execute(tx);
}

/**
 * Statement that queues events for the webhooks that ask for them.
 * @param added a table `added` of events (id, submission_id, type), joined with their `account_id`.
 */
export function deliveries(added: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into webhook_deliveries (id, webhook_id, event_id, submission_id)
    select new_id(), webhooks.id, added.id, added.submission_id
    from ${added} cross join webhooks
    where (webhooks.all_submissions or webhooks.account_id = numbered.account_id)
      and deleted_at is null and disabled_at is null
      and (event_types = '{}' or added.type = any (event_types))
    order by added.id
    returning webhook_deliveries.id`;
}
