/** Silent for so long, a worker is gone. */
export const WORKER_GONE_S = 20;

/** Topic of the signals that a worker's row changed. */
export function workerTopic(id: string): string {
  return `worker:${id}`;
}
