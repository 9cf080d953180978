import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { JudgeError } from '../../errors.js';

/**
 * A lock of the machine: an abstract unix socket that is listened on. The kernel frees it when its
 * owner dies, whatever the cause, so there is nothing stale to detect.
 */
export class MachineLock implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @returns undefined when another has it. */
  static async tryAcquire(name: string): Promise<MachineLock | undefined> {
    const server = await tryListen(addressOf(name));
    return server === undefined ? undefined : new MachineLock(server);
  }

  /** @throws JudgeError `engine-unavailable` when the lock stays taken for `deadlineMs`. */
  static async acquire(
    name: string,
    deadlineMs: number,
    waiting: () => void,
  ): Promise<MachineLock> {
    const address = addressOf(name);
    const giveUpAt = Date.now() + deadlineMs;
    for (;;) {
      const server = await tryListen(address);
      if (server !== undefined) return new MachineLock(server);
      waiting();
      const remainingMs = giveUpAt - Date.now();
      if (remainingMs <= 0) {
        throw new JudgeError(
          'engine-unavailable',
          'another minos has been starting the engine for too long',
        );
      }
      await released(address, remainingMs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of waiters.get(this.#server) ?? []) socket.destroy();
    });
  }
}

function addressOf(name: string): string {
  return `\0minos:${name}`;
}

/** Connections of those who wait; ending them wakes them. */
const waiters = new WeakMap<Server, Set<{ destroy(): void }>>();

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      waiters.get(server)?.add(socket);
    });
    waiters.set(server, new Set());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/** Resolves when the owner is gone, or after the time. */
async function released(address: string, atMostMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(address);
    const timer = setTimeout(() => socket.destroy(), atMostMs);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  // An owner that is going away refuses connections for a moment before it frees the name.
  await sleep(20);
}
