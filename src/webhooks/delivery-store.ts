import { sql, type Kysely, type Selectable } from 'kysely';
import type { Database, DeliveryState, WebhookDeliveriesTable } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { DELIVERIES_CHANNEL } from '../events/append-events.js';

type Db = Kysely<Database>;

export interface ListedDelivery extends Selectable<WebhookDeliveriesTable> {
  readonly type: string;
  readonly sequence: number;
  readonly event_at: Date;
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  /** Events before this one. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** Of the newest event first. */
export function listDeliveries(
  db: Db,
  webhookId: string,
  { state, before, limit }: DeliveryFilter,
): Promise<ListedDelivery[]> {
  let query = deliveriesOf(db, webhookId).orderBy('event_id', 'desc').limit(limit);
  if (state !== undefined) query = query.where('state', '=', state);
  if (before !== undefined) query = query.where('event_id', '<', before);
  return query.execute();
}

/**
 * Sends what was delivered, or is dead, once more: as often, and for as long, as the first time.
 * @throws JudgeError `not-found`; `conflict` when it is still under way.
 */
export async function redeliver(db: Db, webhookId: string, id: string): Promise<ListedDelivery> {
  return await db.transaction().execute(async (tx) => {
    const delivery = await deliveriesOf(tx, webhookId)
      .where('webhook_deliveries.id', '=', id)
      .forUpdate('webhook_deliveries')
      .executeTakeFirst();
    if (delivery === undefined) throw new JudgeError('not-found', 'no delivery has this id');
    if (delivery.state === 'pending') {
      throw new JudgeError('conflict', 'the delivery is still being tried');
    }
    await sql`
      update webhook_deliveries
      set state = 'pending', attempts_before = attempts, next_attempt_at = now(),
        delivered_at = null
      where id = ${id}`.execute(tx);
    await sql`select pg_notify(${DELIVERIES_CHANNEL}, '')`.execute(tx);
    return await deliveriesOf(tx, webhookId)
      .where('webhook_deliveries.id', '=', id)
      .executeTakeFirstOrThrow();
  });
}

function deliveriesOf(db: Db, webhookId: string) {
  return db
    .selectFrom('webhook_deliveries')
    .innerJoin('events', 'events.id', 'event_id')
    .selectAll('webhook_deliveries')
    .select(['events.type', 'events.sequence', 'events.created_at as event_at'])
    .where('webhook_id', '=', webhookId);
}
