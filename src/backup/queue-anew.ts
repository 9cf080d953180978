import { sql, type Transaction } from 'kysely';
import type { Database, Lane } from '../database/schema.js';
import { clearQueue } from '../queue/clear-queue.js';
import type { JobSubject, NewJob, Queue } from '../queue/queue.js';

/** A row whose job was lost: jobs are in no backup. */
interface Unfinished {
  readonly kind: JobSubject['kind'];
  readonly id: string;
  readonly lane: Lane;
  /** Whose fair share it counts against. */
  readonly share: string;
}

const TABLES = {
  judgement: 'judgements',
  'custom-run': 'custom_runs',
  verification: 'verifications',
} as const satisfies Record<JobSubject['kind'], keyof Database>;

const BATCH = 500;

/**
 * Gives everything that was not finished a new job, in the order in which it came. Runs that are
 * known are kept, and not judged again. Jobs of the database that was replaced are taken out.
 */
export async function queueAnew(tx: Transaction<Database>, queue: Queue): Promise<number> {
  await clearQueue(tx);
  await sql`update workers set state = 'stopped'`.execute(tx);
  const unfinished = await readUnfinished(tx);
  const pending = new Map<string, number>();
  for (let start = 0; start < unfinished.length; start += BATCH) {
    const batch = unfinished.slice(start, start + BATCH);
    const jobs = batch.map(({ kind, id, lane, share }): NewJob => {
      const before = pending.get(share) ?? 0;
      pending.set(share, before + 1);
      return { kind, id, lane, pending: before };
    });
    const jobIds = await queue.enqueueAll(tx, jobs);
    for (const [index, { kind, id }] of batch.entries()) {
      await resetRow(tx, kind, id, jobIds[index] ?? '');
    }
  }
  return unfinished.length;
}

async function readUnfinished(tx: Transaction<Database>): Promise<readonly Unfinished[]> {
  const { rows } = await sql<Unfinished>`
    select 'judgement' as kind, id, lane, lane || fair_share_key as share, queued_at as since
    from judgements where state in ('queued', 'judging')
    union all
    select 'custom-run', id, 'custom', account_id::text || submitter, created_at
    from custom_runs where state in ('queued', 'judging')
    union all
    select 'verification', id, 'verification', version_id::text, created_at
    from verifications where state in ('queued', 'running')
    order by since, id`.execute(tx);
  return rows;
}

async function resetRow(
  tx: Transaction<Database>,
  kind: JobSubject['kind'],
  id: string,
  jobId: string,
): Promise<void> {
  const worker = kind === 'judgement' ? sql`, attempt = 0, worker_id = null` : sql``;
  await sql`update ${sql.table(TABLES[kind])}
    set state = 'queued', job_id = ${jobId}, started_at = null ${worker}
    where id = ${id}`.execute(tx);
}
