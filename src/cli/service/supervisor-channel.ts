/**
 * Between `minos start` and the processes that it starts: Node's channel. They say over it when they
 * are ready, and when it ends, they know that nobody looks after them any more.
 */
export interface ReadyMessage {
  readonly type: 'ready';
  /** Where an API listens. */
  readonly url?: string;
}

export function isReadyMessage(message: unknown): message is ReadyMessage {
  return (message as Partial<ReadyMessage> | null)?.type === 'ready';
}

/** Without a supervisor nobody is told. */
export function tellSupervisor(message: ReadyMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Calls back when the supervisor is gone. Does not keep the process. */
export function onSupervisorGone(callback: () => void): void {
  if (!process.connected) return;
  process.once('disconnect', callback);
  process.channel?.unref();
}
