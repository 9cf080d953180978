import { appendAudit } from '../database/audit.js';
import type { Lease } from '../queue/queue.js';
import type { WorkerParts } from './worker-parts.js';

/**
 * Says that an attempt came to its end after its lease: nothing was changed. What an operator cancelled
 * meanwhile, with its rejudging, is told apart from what another worker has.
 */
export async function auditLateResult(
  { kind, id, attempt }: Lease,
  { db, workerId, log }: Pick<WorkerParts, 'db' | 'workerId' | 'log'>,
): Promise<void> {
  const row = await db
    .selectFrom('judgements')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirst();
  const action = row?.state === 'cancelled' ? 'cancelled-result' : 'stale-result';
  log.warn(action, { kind, id, attempt });
  await appendAudit(db, { actor: workerId, action, object: id, details: { kind, attempt } });
}
