import type { Lease } from '../queue/queue.js';
import type { WorkerParts } from './worker-parts.js';

/** Ends a job of which nothing is left to do: its row has its end already, or is gone. */
export async function dropJob(
  lease: Lease,
  { db, queue }: Pick<WorkerParts, 'db' | 'queue'>,
): Promise<void> {
  await db.transaction().execute((tx) => queue.complete(lease, tx));
}
