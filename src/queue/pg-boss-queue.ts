import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { newId } from '../database/new-id.js';
import type { Subscription } from '../database/listener.js';
import type { Database } from '../database/schema.js';
import { storable } from '../database/storable.js';
import { attemptOf, claimedJob, type JobData } from './claimed-job.js';
import { DatabaseClock } from './database-clock.js';
import { LANES, lowestOf, priorityOf } from './lane.js';
import type { ClaimedJob, ClaimOptions, LaneDepth, Lease, NewJob, Queue } from './queue.js';
import { KEEP_DONE_S, QUEUE_NAME, QUEUE_SCHEMA } from './queue-settings.js';

/*
 * Theory of operation. A job of ours is a job of pg-boss, in one pg-boss queue:
 *
 *   created ──claim──► active ──complete──► completed
 *              ▲          │ fail, giveBack, expire
 *              └──retry ◄─┘
 *
 * Each claim after the first counts `retry_count` up, which names the attempt: what a lease does is
 * done only to an active job of that count. `giveBack` and `expire` are statements of our own on
 * pg-boss's table, as pg-boss has none that keep place and count; they only move an active job to
 * `retry`. `expire` notes in the job's output which attempts it ended, so that `giveBack` can still take
 * one back, once; a lease that was never renewed was not worked on (its worker did not hear of it, when
 * the connection broke), and is not counted at all. pg-boss's supervisor and its timers stay off: leases end by `expire` alone.
 */

type Tx = Transaction<Database>;

/** The part of the database's listener that is used. */
interface Subscribable {
  subscribe(subscription: Subscription): () => void;
}

/** Jobs in one statement. */
const BATCH = 1000;
const DONE_BATCH = 5000;

const JOB = sql.table(`${QUEUE_SCHEMA}.job`);
/** The channel that pg-boss notifies when a job comes. */
const CHANNEL = `pgboss_${createHash('sha224').update(QUEUE_SCHEMA).digest('hex').slice(0, 24)}`;
const TELL = sql`select pg_notify(${CHANNEL}, ${QUEUE_NAME}) from freed limit 1`;
const FOR_EVER = sql`interval '100 years'`;
const NOBODY = { id: '00000000-0000-0000-0000-000000000000', retryCount: 0 };

/** The Queue port over pg-boss. It holds no connection, timer or state of its own. */
export class PgBossQueue implements Queue {
  readonly #db: Kysely<Database>;
  readonly #listener: Subscribable;
  readonly #boss: PgBoss;
  readonly #clock = new DatabaseClock();
  readonly #subscriptions = new Set<() => void>();
  #knowsQueue = false;

  constructor(db: Kysely<Database>, listener: Subscribable) {
    this.#db = db;
    this.#listener = listener;
    this.#boss = openBoss(db);
  }

  async enqueue(tx: Tx, job: NewJob): Promise<string> {
    const [id] = await this.enqueueAll(tx, [job]);
    if (id === undefined) throw new Error('a job was enqueued without an id');
    return id;
  }

  async enqueueAll(tx: Tx, jobs: readonly NewJob[]): Promise<readonly string[]> {
    const nowMs = await this.#clock.nowMs(tx);
    const boss = this.#bossOf(tx);
    const made = jobs.map(({ kind, id, lane, pending }) => ({
      id: newId(),
      data: { kind, id } satisfies JobData,
      priority: priorityOf(lane, nowMs, pending),
    }));
    for (let start = 0; start < made.length; start += BATCH) {
      await boss.insert(QUEUE_NAME, made.slice(start, start + BATCH), { db: fromKysely(tx) });
    }
    return made.map(({ id }) => id);
  }

  async claim({ lastLane, without = [] }: ClaimOptions = {}): Promise<ClaimedJob | undefined> {
    const [job] = await this.#boss.fetch<JobData>(QUEUE_NAME, {
      includeMetadata: true,
      ignoreGroups: without.map(handedOn),
      ...(lastLane === undefined ? {} : { minPriority: lowestOf(lastLane) }),
    });
    this.#knowsQueue = true;
    return job === undefined ? undefined : claimedJob(job);
  }

  async renew(lease: Lease, tx?: Tx): Promise<boolean> {
    const db = tx === undefined ? {} : { db: fromKysely(tx) };
    return hadEffect(await this.#bossOf(tx).touch(QUEUE_NAME, attemptOf(lease), db));
  }

  async complete(lease: Lease, tx: Tx): Promise<boolean> {
    const db = { db: fromKysely(tx) };
    return hadEffect(await this.#bossOf(tx).complete(QUEUE_NAME, attemptOf(lease), null, db));
  }

  async giveBack(lease: Lease): Promise<void> {
    const { id, retryCount } = attemptOf(lease);
    await sql`
      with freed as (
        update ${JOB}
        set state = 'retry', start_after = now(), heartbeat_on = null, retry_limit = retry_limit + 1
        where name = ${QUEUE_NAME} and id = ${id} and state = 'active' and retry_count = ${retryCount}
        returning id
      ), forgiven as (
        update ${JOB} set retry_limit = retry_limit + 1, output = output #- ${expired(retryCount)}
        where name = ${QUEUE_NAME} and id = ${id} and state < 'completed'
          and output #> ${expired(retryCount)} is not null
      ) ${TELL}`.execute(this.#db);
  }

  async handOn(lease: Lease, part: string, tx: Tx): Promise<boolean> {
    const { id, retryCount } = attemptOf(lease);
    const { rows } = await sql`
      with freed as (
        update ${JOB}
        set state = 'retry', start_after = now(), heartbeat_on = null,
          retry_limit = retry_limit + 1, group_id = ${handedOn(part)}
        where name = ${QUEUE_NAME} and id = ${id} and state = 'active' and retry_count = ${retryCount}
        returning id
      ) ${TELL}`.execute(tx);
    return rows.length > 0;
  }

  async park(lease: Lease, part: string, tx: Tx): Promise<boolean> {
    const { id, retryCount } = attemptOf(lease);
    const { numAffectedRows = 0n } = await sql`
      update ${JOB}
      set state = 'retry', start_after = now() + ${FOR_EVER}, heartbeat_on = null,
        retry_limit = retry_limit + 1, group_id = ${part}
      where name = ${QUEUE_NAME} and id = ${id} and state = 'active'
        and retry_count = ${retryCount}`.execute(tx);
    return numAffectedRows > 0n;
  }

  async unpark(part: string, tx: Tx): Promise<void> {
    await sql`
      with freed as (
        update ${JOB} set start_after = now(), group_id = null
        where name = ${QUEUE_NAME} and state < 'active' and group_id = ${part}
        returning id
      ) ${TELL}`.execute(tx);
  }

  async fail(lease: Lease, message: string): Promise<void> {
    await this.#boss.fail(QUEUE_NAME, attemptOf(lease), storable({ message }));
  }

  async cancel(tx: Tx, jobIds: readonly string[]): Promise<void> {
    if (jobIds.length === 0) return;
    await this.#bossOf(tx).cancel(QUEUE_NAME, [...jobIds], { db: fromKysely(tx) });
  }

  async ahead(jobId: string): Promise<number | undefined> {
    const { rows } = await sql<{ ahead: number }>`
      select (
        select count(*)::integer from ${JOB} as other
        where other.name = ${QUEUE_NAME} and other.state < 'active' and not other.blocked
          and other.start_after <= now() and other.priority >= own.priority
          and (other.priority > own.priority or other.created_on < own.created_on)
      ) as ahead
      from ${JOB} as own
      where own.name = ${QUEUE_NAME} and own.id = ${jobId} and own.state < 'active'
        and (own.group_id is null or own.group_id like ${handedOn('%')})`.execute(this.#db);
    return rows[0]?.ahead;
  }

  async expire(): Promise<void> {
    await this.#learnQueue();
    await sql`
      with freed as (
        update ${JOB}
        set state = 'retry', start_after = now(), heartbeat_on = null,
          retry_limit = retry_limit + (heartbeat_on = started_on)::integer,
          output = jsonb_build_object(
            'message', 'the worker that had it was not heard of any more',
            'expired', coalesce(output->'expired', '{}') || case
              when heartbeat_on = started_on then '{}' else jsonb_build_object(retry_count, true) end)
        where name = ${QUEUE_NAME} and state = 'active'
          and heartbeat_on + heartbeat_seconds * interval '1 s' < now()
        returning id
      ) ${TELL}`.execute(this.#db);
    await sql`
      delete from ${JOB}
      where name = ${QUEUE_NAME} and id = any (array(
        select id from ${JOB}
        where name = ${QUEUE_NAME} and completed_on < now() - ${KEEP_DONE_S} * interval '1 s'
        limit ${DONE_BATCH}
      ))`.execute(this.#db);
  }

  async depths(): Promise<readonly LaneDepth[]> {
    const lanes = LANES.map((lane) => sql`when priority >= ${lowestOf(lane)} then ${lane}`);
    const { rows } = await sql<LaneDepth>`
      select lane,
        count(*) filter (where waits)::integer as waiting,
        count(*) filter (where state = 'active')::integer as active,
        count(*) filter (where state < 'active' and not waits)::integer as parked,
        coalesce(extract(epoch from now() - min(created_on) filter (where waits)) * 1000,
          0)::float8 as "oldestWaitingMs"
      from (
        select state, created_on, state < 'active'
            and (group_id is null or group_id like ${handedOn('%')}) as waits,
          case ${sql.join(lanes, sql` `)} end as lane
        from ${JOB} where name = ${QUEUE_NAME} and state <= 'active'
      ) as job
      group by lane`.execute(this.#db);
    return LANES.map(
      (lane) =>
        rows.find((row) => row.lane === lane) ?? {
          lane,
          waiting: 0,
          active: 0,
          parked: 0,
          oldestWaitingMs: 0,
        },
    );
  }

  onWork(callback: () => void): () => void {
    const stop = this.#listener.subscribe({
      channel: CHANNEL,
      onNotification: callback,
      onGap: callback,
    });
    this.#subscriptions.add(stop);
    return () => {
      this.#subscriptions.delete(stop);
      stop();
    };
  }

  close(): Promise<void> {
    for (const stop of this.#subscriptions) stop();
    this.#subscriptions.clear();
    return Promise.resolve();
  }

  async #learnQueue(): Promise<void> {
    if (!this.#knowsQueue) await this.#boss.touch(QUEUE_NAME, NOBODY);
    this.#knowsQueue = true;
  }

  /**
   * pg-boss reads once what the queue is like, on a connection of its own. A transaction that waited
   * for one could wait for others like it; it reads for itself while nobody has yet.
   */
  #bossOf(tx: Tx | undefined): PgBoss {
    return tx === undefined || this.#knowsQueue ? this.#boss : openBoss(tx);
  }
}

/** pg-boss's group of jobs that were handed on for a part; that of parked ones is the part itself. */
function handedOn(part: string): string {
  return `elsewhere:${part}`;
}

/** Where a job's output says that this attempt expired. */
function expired(retryCount: number): readonly string[] {
  return ['expired', String(retryCount)];
}

/** Not started: it is used for its statements alone. */
function openBoss(db: Kysely<Database>): PgBoss {
  return new PgBoss({
    db: fromKysely(db),
    schema: QUEUE_SCHEMA,
    supervise: false,
    schedule: false,
    migrate: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
}

/** pg-boss counts what it changed, and does not declare it. */
function hadEffect(response: object): boolean {
  const { affected } = response as { readonly affected?: unknown };
  if (typeof affected !== 'number') throw new Error('pg-boss did not say what it changed');
  return affected > 0;
}
