import type { JobWithMetadata } from 'pg-boss';
import { laneOf } from './lane.js';
import type { ClaimedJob, JobSubject, Lease } from './queue.js';
import { ATTEMPTS, RETRY_LIMIT } from './queue-settings.js';

/** What a job carries in pg-boss. */
export type JobData = JobSubject;

/** A job as pg-boss hands it out, as one of ours. */
export function claimedJob(job: JobWithMetadata<JobData>): ClaimedJob {
  const givenBack = job.retryLimit - RETRY_LIMIT;
  const attempt = job.retryCount + 1 - givenBack;
  const lease: Lease = {
    kind: job.data.kind,
    id: job.data.id,
    jobId: job.id,
    lane: laneOf(job.priority),
    attempt,
    token: String(job.retryCount),
  };
  return attempt <= ATTEMPTS
    ? { kind: 'job', lease }
    : { kind: 'given-up', lease, message: lastMessage(job.output) };
}

/** pg-boss's own way to name an attempt. */
export function attemptOf({ jobId, token }: Lease): { id: string; retryCount: number } {
  return { id: jobId, retryCount: Number(token) };
}

function lastMessage(output: unknown): string {
  const message = (output as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : 'it failed without a word';
}
