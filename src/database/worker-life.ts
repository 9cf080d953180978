import { sql } from 'kysely';

/** So often a worker says that it lives. */
export const HEARTBEAT_S = 5;

/**
 * Silent for so long, a worker is gone, for everything that counts or shows workers: it missed three
 * heartbeats and had the time of one more, and its leases (15 s) have ended, so that others have its
 * jobs. One that was only slow is back with its next heartbeat.
 */
export const WORKER_GONE_S = 20;

/** Of a row of `workers`, on the database's clock. */
export const workerLives = sql<boolean>`(workers.state <> 'stopped'
  and workers.heartbeat_at > now() - ${sql.lit(WORKER_GONE_S)} * interval '1 s')`;

/** It lives, and nobody asked it to take no jobs, and nothing keeps it from them. */
export const workerJudges = sql<boolean>`(workers.state = 'active' and ${workerLives})`;
