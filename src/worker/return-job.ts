import { inTransaction } from '../database/transaction.js';
import { parkJob, partKey, type Part } from '../operations/disabled-parts.js';
import type { Lease } from '../queue/queue.js';
import { showQueued } from './show-queued.js';
import type { WorkerParts } from './worker-parts.js';

/** The ways in which a job goes back to the queue; each may happen twice, and its row says so. */

type Parts = Pick<WorkerParts, 'db' | 'queue'>;

/** To its place, uncounted. */
export async function giveBack(lease: Lease, parts: Parts): Promise<void> {
  await showWaiting(lease, parts);
  await parts.queue.giveBack(lease);
}

/** To be tried again, or given up: the attempt counts. */
export async function failAttempt(lease: Lease, message: string, parts: Parts): Promise<void> {
  await showWaiting(lease, parts);
  await parts.queue.fail(lease, message);
}

/** To its place, for workers that have what it needs. */
export async function handOn(lease: Lease, part: Part, { db, queue }: Parts): Promise<void> {
  await inTransaction(db, async (tx) => {
    if (await queue.handOn(lease, partKey(part), tx)) await showQueued(tx, lease);
  });
}

/** Aside, until the part is enabled. */
export async function putAside(lease: Lease, part: Part, parts: Parts): Promise<void> {
  const { db, queue } = parts;
  const isAside = await inTransaction(db, async (tx) => {
    if (!(await parkJob(tx, queue, lease, part))) return false;
    await showQueued(tx, lease);
    return true;
  });
  // It was enabled meanwhile.
  if (!isAside) await giveBack(lease, parts);
}

async function showWaiting(lease: Lease, { db, queue }: Parts): Promise<void> {
  await inTransaction(db, async (tx) => {
    if (!(await queue.renew(lease, tx))) return;
    await showQueued(tx, lease);
  });
}
