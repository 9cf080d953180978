import type { Duplex } from 'node:stream';
import { SandboxFailure } from '../../judging/ports.js';
import type { SupervisorLink } from '../supervisor-session.js';
import { StreamDemultiplexer } from './stream-demultiplexer.js';

/** How much of the supervisor's own diagnostics is kept for the text of a failure. */
const DIAGNOSTICS_BYTES = 4096;

/**
 * The connection of an attached container. Nothing is read before it is asked for, but for one
 * chunk while the container waits, so a slow reader here makes Docker, and then the supervisor, wait.
 */
export class DockerLink implements SupervisorLink {
  readonly #socket: Duplex;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #demultiplexer = new StreamDemultiplexer();
  readonly #waiting: Uint8Array[] = [];
  #readAhead: Promise<Uint8Array | undefined> | undefined;
  #diagnostics: Uint8Array = new Uint8Array();
  #failure: { readonly reason: unknown } | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    this.#chunks = (socket as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    // Whoever reads or writes next learns of it; without a listener it would end the process.
    socket.on('error', (error) => {
      this.#failure ??= { reason: this.#lost(error) };
    });
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) return next;
      const chunk = await (this.#readAhead ?? this.#nextChunk());
      this.#readAhead = undefined;
      if (chunk === undefined) return undefined;
      for (const { stream, bytes } of this.#demultiplexer.push(chunk)) {
        if (stream === 'stdout') this.#waiting.push(bytes);
        else this.#keepDiagnostics(bytes);
      }
    }
  }

  /** Resolves when there is something to read, the end too. A waiting container says nothing. */
  async stirs(): Promise<void> {
    this.#readAhead = this.#nextChunk();
    await this.#readAhead.catch(() => undefined);
  }

  async write(chunk: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (this.#failure !== undefined) throw this.#failure.reason;
    if (socket.destroyed || socket.writableEnded) throw this.#lost();
    if (socket.write(chunk)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        socket.off('drain', settle);
        socket.off('close', settle);
        if (socket.destroyed) reject(this.#lost());
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

  /** What the supervisor wrote to its own stderr; it is silent when all is well. */
  diagnostics(): string {
    return new TextDecoder().decode(this.#diagnostics).trim();
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure.reason;
    try {
      const next = await this.#chunks.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      this.#failure ??= { reason: this.#lost(error) };
    }
    // The iterator of a destroyed stream may simply end.
    const failure = this.#failure as { readonly reason: unknown } | undefined;
    if (failure !== undefined) throw failure.reason;
    if (!this.#demultiplexer.isBetweenFrames) throw this.#lost();
    return undefined;
  }

  #keepDiagnostics(bytes: Uint8Array): void {
    this.#diagnostics = Buffer.concat([this.#diagnostics, bytes]).subarray(-DIAGNOSTICS_BYTES);
  }

  #lost(cause?: unknown): SandboxFailure {
    return new SandboxFailure('the connection to the container was lost', { cause });
  }
}
