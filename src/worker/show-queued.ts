import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/schema.js';
import { appendEvent } from '../events/append-events.js';
import type { Lease } from '../queue/queue.js';

/** Says in the row of a job that it waits again. */
export async function showQueued(tx: Transaction<Database>, { kind, id }: Lease): Promise<void> {
  switch (kind) {
    case 'judgement': {
      const row = await tx
        .updateTable('judgements')
        .set({ state: 'queued' })
        .where('id', '=', id)
        .where('state', '=', 'judging')
        .returning('submission_id')
        .executeTakeFirst();
      if (row === undefined) return;
      await appendEvent(tx, {
        submissionId: row.submission_id,
        judgementId: id,
        type: 'judgement.requeued',
        data: {},
      });
      return;
    }
    case 'custom-run':
      await tx
        .updateTable('custom_runs')
        .set({ state: 'queued', started_at: sql`null` })
        .where('id', '=', id)
        .where('state', '=', 'judging')
        .execute();
      return;
    case 'verification':
      await tx
        .updateTable('verifications')
        .set({ state: 'queued' })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute();
      return;
  }
}
