import type { Duplex } from 'node:stream';
import { SandboxFailure } from '../judging/ports.js';
import type { SupervisorLink } from './supervisor-session.js';

/**
 * A stream as a link. Nothing is read before it is asked for, but for one chunk while the container
 * waits, so a slow reader here makes the other end, and at last the supervisor, wait.
 */
export class SocketLink implements SupervisorLink {
  readonly #socket: Duplex;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #readAhead: Promise<Uint8Array | undefined> | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    this.#chunks = (socket as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    // Whoever reads or writes next learns of it; without a listener it would end the process.
    socket.on('error', (error) => {
      this.#failure ??= { reason: this.lost(error) };
    });
  }

  read(): Promise<Uint8Array | undefined> {
    const chunk = this.#readAhead ?? this.#next();
    this.#readAhead = undefined;
    return chunk;
  }

  /** Resolves when there is something to read, the end too. A waiting container says nothing. */
  async stirs(): Promise<void> {
    this.#readAhead = this.#next();
    await this.#readAhead.catch(() => undefined);
  }

  async write(chunk: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (this.#failure !== undefined) throw this.#failure.reason;
    if (socket.destroyed || socket.writableEnded) throw this.lost();
    if (socket.write(chunk)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        socket.off('drain', settle);
        socket.off('close', settle);
        if (socket.destroyed) reject(this.lost());
        else resolve();
      };
      socket.on('drain', settle);
      socket.on('close', settle);
    });
  }

  abort(reason: unknown): void {
    this.#failure ??= { reason };
    this.#socket.destroy();
  }

  lost(cause?: unknown): SandboxFailure {
    return new SandboxFailure('the connection to the container was lost', { cause });
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure.reason;
    try {
      const next = await this.#chunks.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      this.#failure ??= { reason: this.lost(error) };
    }
    // The iterator of a destroyed stream may simply end.
    const failure = this.#failure as { readonly reason: unknown } | undefined;
    if (failure !== undefined) throw failure.reason;
    return undefined;
  }
}
