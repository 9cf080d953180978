import { sql } from 'kysely';
import { inTransaction } from '../database/transaction.js';
import { customRunTopic } from '../custom-runs/custom-run-outcome.js';
import { CONTROL_CHANNEL } from '../events/control-channel.js';
import { appendEvent } from '../events/append-events.js';
import { eventData } from '../judgements/event-data.js';
import type { FinishedEvent } from '../judging/judgement.js';
import { giveUpVerification } from '../problems/verification/verify-version.js';
import type { Lease } from '../queue/queue.js';
import { alertOfError } from './alert-of-error.js';
import { loadJudgement } from './load-judgement.js';
import type { WorkerParts } from './worker-parts.js';

type GiveUpParts = Pick<WorkerParts, 'db' | 'queue' | 'log'>;

/** Ends a job whose attempts are used up: our fault, seen by staff, held against nobody. */
export async function giveUp(lease: Lease, message: string, parts: GiveUpParts): Promise<void> {
  parts.log.error('given-up', { kind: lease.kind, id: lease.id, message });
  switch (lease.kind) {
    case 'judgement':
      await giveUpJudgement(lease, message, parts);
      return;
    case 'custom-run':
      await giveUpCustomRun(lease, message, parts);
      return;
    case 'verification':
      await giveUpVerification(lease, message, parts);
      return;
  }
}

async function giveUpJudgement(lease: Lease, message: string, parts: GiveUpParts): Promise<void> {
  const { db, queue } = parts;
  const toDo = await loadJudgement(db, lease.id);
  const end: FinishedEvent = {
    type: 'finished',
    verdict: 'JE',
    reason: message,
    cpuTimeMs: 0,
    memoryBytes: 0,
    fault: 'sandbox',
  };
  const stored = await inTransaction(db, async (tx) => {
    if (!(await queue.complete(lease, tx))) return false;
    if (toDo === undefined || toDo.state === 'finished' || toDo.state === 'cancelled') return false;
    await tx
      .updateTable('judgements')
      .set({
        state: 'finished',
        verdict: 'JE',
        reason: message,
        fault: 'sandbox',
        attempt: lease.attempt - 1,
        cpu_time_ms: 0,
        memory_bytes: 0,
        started_at: sql`coalesce(started_at, now())`,
        finished_at: sql`now()`,
      })
      .where('id', '=', lease.id)
      .execute();
    await appendEvent(tx, {
      submissionId: toDo.submissionId,
      judgementId: lease.id,
      ...eventData(end),
    });
    return true;
  });
  if (stored && toDo !== undefined) await alertOfError(db, lease, toDo, end);
}

async function giveUpCustomRun(
  lease: Lease,
  message: string,
  { db, queue }: GiveUpParts,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    if (!(await queue.complete(lease, tx))) return;
    await tx
      .updateTable('custom_runs')
      .set({
        state: 'finished',
        outcome: JSON.stringify({ kind: 'failed', message }),
        finished_at: sql`now()`,
      })
      .where('id', '=', lease.id)
      .execute();
    await sql`select pg_notify(${CONTROL_CHANNEL}, ${customRunTopic(lease.id)})`.execute(tx);
  });
}
