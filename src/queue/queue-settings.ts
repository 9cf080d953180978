/** Name of the one pg-boss queue, and of the schema that pg-boss keeps its tables in. */
export const QUEUE_NAME = 'judge';
export const QUEUE_SCHEMA = 'pgboss';

/** A lease that was not renewed for so long is free for others. pg-boss demands at least 10 s. */
export const LEASE_S = 15;
/** A job that was tried so often and did not come to an end is given up. */
export const ATTEMPTS = 3;

/**
 * pg-boss itself never gives up: a job that it had failed for good would be lost. What we count is
 * claims, less those that were given back; giving back raises the limit by one.
 */
export const RETRY_LIMIT = 1_000_000;

const DAY_S = 86_400;

/** Of the queue, and of each job that comes into it. */
export const QUEUE_OPTIONS = {
  heartbeatSeconds: LEASE_S,
  retryLimit: RETRY_LIMIT,
  // What failed may be mended by a moment's wait.
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 5,
  // Leases end by their heartbeat; pg-boss demands another end, of a day at most.
  expireInSeconds: DAY_S,
  // Jobs that wait are never thrown away.
  retentionSeconds: 3650 * DAY_S,
  // Wakes workers with a NOTIFY that is part of the transaction which enqueues.
  notify: true,
} as const;

/** Jobs that are done say nothing that their rows do not say. */
export const KEEP_DONE_S = 3600;
