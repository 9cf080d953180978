/** Topic of the signals that a worker's row changed. */
export function workerTopic(id: string): string {
  return `worker:${id}`;
}
