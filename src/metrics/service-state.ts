import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { workerLives } from '../database/worker-life.js';

/** Counts that are read from the tables at once. */
export interface ServiceState {
  readonly workers: readonly Counted[];
  readonly alerts: readonly Counted[];
  readonly disabledParts: readonly Counted[];
  readonly webhooks: readonly Counted[];
  readonly deliveries: readonly Counted[];
  /** Of the delivery that has been due for the longest time; 0: none is. */
  readonly outboxLagS: number;
  readonly staleResults: number;
}

export interface Counted {
  readonly label: string;
  readonly count: number;
}

/** Pending deliveries beyond are not counted one by one. */
const MOST_COUNTED = 100_000;

export async function readServiceState(db: Kysely<Database>): Promise<ServiceState> {
  const { rows } = await sql<{ state: ServiceState }>`select jsonb_build_object(
    'workers', ${counted(sql`
      select case when state = 'stopped' or ${workerLives} then state else 'lost' end as label
      from workers where heartbeat_at > now() - interval '1 day'`)},
    'alerts', ${counted(sql`select kind as label from alerts where resolved_at is null`)},
    'disabledParts', ${counted(sql`select kind as label from disabled_parts`)},
    'webhooks', ${counted(sql`
      select case when disabled_at is not null then 'disabled'
        when failing_since is not null then 'failing' else 'well' end as label
      from webhooks where deleted_at is null`)},
    'deliveries', ${counted(sql`
      select state as label from webhook_deliveries where state = 'pending' limit ${MOST_COUNTED}`)},
    'outboxLagS', (
      select coalesce(extract(epoch from now() - min(due)), 0)::float8
      from webhooks join accounts on accounts.id = account_id cross join lateral (
        select min(next_attempt_at) as due from webhook_deliveries
        where webhook_id = webhooks.id and state = 'pending' and next_attempt_at < now()
      ) as first
      where deleted_at is null and webhooks.disabled_at is null and failing_since is null
        and accounts.disabled_at is null
    ),
    'staleResults', (select count(*) from audit_entries where action = 'stale-result')
  ) as state`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the database counts nothing');
  return row.state;
}

function counted(rows: ReturnType<typeof sql>) {
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object('label', label, 'count', count)), '[]')
    from (select label, count(*) as count from (${rows}) as one group by label) as grouped
  )`;
}
