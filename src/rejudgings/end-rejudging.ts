import { sql, type Kysely, type Transaction } from 'kysely';
import { appendAudit } from '../database/audit.js';
import type { Database, RejudgingState } from '../database/schema.js';
import { inTransaction } from '../database/transaction.js';
import { JudgeError } from '../errors.js';
import { appendEvents, type NewEvent } from '../events/append-events.js';
import type { Verdict } from '../judging/verdict.js';
import type { Queue } from '../queue/queue.js';

type Tx = Transaction<Database>;

const BATCH = 1000;

export interface ApplyOrder {
  readonly id: string;
  readonly accountId: string;
  /** Where the new judgement is a judging error, the old one stays. Otherwise nothing is applied then. */
  readonly keepOldOnError: boolean;
}

/**
 * Makes the new judgements the current ones, all in one transaction, and tells of every verdict that
 * changed. Applying again changes nothing.
 * @throws JudgeError `conflict` before all is judged, after cancelling, and for judging errors.
 */
export async function applyRejudging(db: Kysely<Database>, order: ApplyOrder): Promise<void> {
  const { id, accountId, keepOldOnError } = order;
  await inTransaction(db, async (tx) => {
    const state = await lockRejudging(tx, id);
    if (state === 'applied') return;
    if (state === 'cancelled') throw new JudgeError('conflict', 'the rejudging was cancelled');
    await refuseUnready(tx, id, keepOldOnError);
    const replaced = await replaceJudgements(tx, id);
    const changed = replaced.filter((each) => each.verdict !== each.previousVerdict);
    for (let start = 0; start < changed.length; start += BATCH) {
      await appendEvents(tx, changed.slice(start, start + BATCH).map(replacedEvent));
    }
    await end(tx, id, 'applied', accountId);
    await appendAudit(tx, {
      actor: accountId,
      action: 'rejudging.apply',
      object: id,
      details: {
        replaced: replaced.length,
        changed: changed.length,
      },
    });
  });
}

/**
 * Takes what still waits out of the queue; the old judgements never ceased to be the current ones.
 * Cancelling again changes nothing.
 * @throws JudgeError `conflict` once it was applied.
 */
export async function cancelRejudging(
  db: Kysely<Database>,
  queue: Queue,
  { id, accountId }: Omit<ApplyOrder, 'keepOldOnError'>,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const state = await lockRejudging(tx, id);
    if (state === 'cancelled') return;
    if (state === 'applied') throw new JudgeError('conflict', 'the rejudging was applied already');
    const unfinished = await tx
      .selectFrom('judgements')
      .select(['id', 'job_id'])
      .where('rejudging_id', '=', id)
      .where('state', 'in', ['queued', 'judging'])
      .execute();
    // Jobs first, as workers take their locks.
    for (let start = 0; start < unfinished.length; start += BATCH) {
      const batch = unfinished.slice(start, start + BATCH);
      await queue.cancel(
        tx,
        batch.map((each) => each.job_id),
      );
    }
    const { numUpdatedRows } = await tx
      .updateTable('judgements')
      .set({ state: 'cancelled' })
      .where('rejudging_id', '=', id)
      .where('state', 'in', ['queued', 'judging'])
      .executeTakeFirstOrThrow();
    await end(tx, id, 'cancelled', accountId);
    await appendAudit(tx, {
      actor: accountId,
      action: 'rejudging.cancel',
      object: id,
      details: {
        cancelled: Number(numUpdatedRows),
      },
    });
  });
}

async function lockRejudging(tx: Tx, id: string): Promise<RejudgingState> {
  const row = await tx
    .selectFrom('rejudgings')
    .select('state')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new JudgeError('not-found', 'no rejudging has this id');
  return row.state;
}

async function refuseUnready(tx: Tx, id: string, keepOldOnError: boolean): Promise<void> {
  const { rows } = await sql<{ total: number; unfinished: number; errors: number }>`
    select count(*)::integer as total,
      count(*) filter (where state <> 'finished')::integer as unfinished,
      count(*) filter (where verdict = 'JE')::integer as errors
    from judgements where rejudging_id = ${id}
  `.execute(tx);
  const { total = 0, unfinished = 0, errors = 0 } = rows[0] ?? {};
  if (unfinished > 0) {
    throw new JudgeError('conflict', `${unfinished} of ${total} submissions are not judged yet`);
  }
  if (errors > 0 && !keepOldOnError) {
    throw new JudgeError(
      'conflict',
      `${errors} of ${total} judgements are judging errors: mend what failed and rejudge again, or say keep_old_on_error to leave those submissions as they are`,
    );
  }
}

interface Replaced {
  readonly submissionId: string;
  readonly judgementId: string;
  readonly previousJudgementId: string;
  readonly verdict: Verdict;
  readonly previousVerdict: Verdict;
}

/** A judgement is replaced only while it is the current one, and never by a judging error. */
async function replaceJudgements(tx: Tx, id: string): Promise<readonly Replaced[]> {
  const { rows } = await sql<Replaced>`
    update judgements as previous set current = false
    from judgements as made
    where made.rejudging_id = ${id} and made.state = 'finished' and made.verdict <> 'JE'
      and previous.id = made.replaces_id and previous.current
    returning made.submission_id as "submissionId", made.id as "judgementId",
      previous.id as "previousJudgementId", made.verdict, previous.verdict as "previousVerdict"
  `.execute(tx);
  await sql`
    update judgements set current = true
    where id = any (${rows.map(({ judgementId }) => judgementId)}::uuid[])
  `.execute(tx);
  return rows;
}

function replacedEvent(replaced: Replaced): NewEvent {
  const { submissionId, judgementId, previousJudgementId, verdict, previousVerdict } = replaced;
  return {
    submissionId,
    judgementId,
    type: 'judgement.replaced',
    data: {
      judgement_type_id: verdict,
      previous_judgement_id: previousJudgementId,
      previous_judgement_type_id: previousVerdict,
    },
  };
}

async function end(
  tx: Tx,
  id: string,
  state: 'applied' | 'cancelled',
  accountId: string,
): Promise<void> {
  await tx
    .updateTable('rejudgings')
    .set({ state, ended_at: sql`now()`, ended_by: accountId })
    .where('id', '=', id)
    .execute();
}
