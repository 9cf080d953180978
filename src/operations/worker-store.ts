import { sql, type Kysely, type Selectable } from 'kysely';
import { appendAudit } from '../database/audit.js';
import type { Database, WorkersTable } from '../database/schema.js';
import { inTransaction } from '../database/transaction.js';
import { workerLives } from '../database/worker-life.js';
import { JudgeError } from '../errors.js';
import { CONTROL_CHANNEL } from '../events/control-channel.js';
import { workerTopic } from './worker-topic.js';

/** What operators ask for; the other states a worker says of itself. */
export const ASKED_STATES = ['active', 'paused', 'draining'] as const;
export type AskedState = (typeof ASKED_STATES)[number];

/** Workers that were not heard of for so long are history. */
const SHOWN_S = 86_400;

export interface WorkerRow extends Selectable<WorkersTable> {
  readonly alive: boolean;
  readonly judging: number;
}

/** The workers of the last day, those that started last first. */
export async function listWorkers(db: Kysely<Database>): Promise<readonly WorkerRow[]> {
  return await selectWorkers(db)
    .where('heartbeat_at', '>', sql<Date>`now() - ${SHOWN_S} * interval '1 s'`)
    .orderBy('workers.id', 'desc')
    .execute();
}

/** @throws JudgeError `not-found`. */
export async function findWorker(db: Kysely<Database>, id: string): Promise<WorkerRow> {
  const worker = await selectWorkers(db).where('workers.id', '=', id).executeTakeFirst();
  if (worker === undefined) throw noWorker();
  return worker;
}

export interface WorkerChange {
  readonly id: string;
  readonly state: AskedState;
  readonly reason: string | null;
  readonly accountId: string;
}

/**
 * Asks a worker for a state; it hears of it at once.
 * @throws JudgeError `not-found`, and `conflict` for a worker that has stopped.
 */
export async function changeWorker(db: Kysely<Database>, change: WorkerChange): Promise<void> {
  const { id, state, reason, accountId } = change;
  await inTransaction(db, async (tx) => {
    // What the worker says of itself meanwhile, it says before or after.
    const worker = await tx
      .selectFrom('workers')
      .select('state')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (worker === undefined) throw noWorker();
    if (worker.state === 'stopped') throw new JudgeError('conflict', 'the worker has stopped');
    await tx
      .updateTable('workers')
      .set({ state, state_reason: reason })
      .where('id', '=', id)
      .execute();
    await appendAudit(tx, {
      actor: accountId,
      action: 'worker.change',
      object: id,
      details: { before: worker.state, state, reason },
    });
    await sql`select pg_notify(${CONTROL_CHANNEL}, ${workerTopic(id)})`.execute(tx);
  });
}

function noWorker(): JudgeError {
  return new JudgeError('not-found', 'no worker has this id');
}

function selectWorkers(db: Kysely<Database>) {
  return db
    .selectFrom('workers')
    .selectAll('workers')
    .select((select) => [
      workerLives.as('alive'),
      select
        .selectFrom('judgements')
        .select(sql<number>`count(*)::integer`.as('count'))
        .whereRef('judgements.worker_id', '=', 'workers.id')
        .where('judgements.state', '=', 'judging')
        .$asScalar()
        .$notNull()
        .as('judging'),
    ]);
}
