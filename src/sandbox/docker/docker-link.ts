import { SandboxFailure } from '../../judging/ports.js';
import type { SupervisorLink } from '../supervisor-session.js';
import { StreamDemultiplexer } from './stream-demultiplexer.js';

/** How much of the supervisor's own diagnostics is kept for the text of a failure. */
const DIAGNOSTICS_BYTES = 4096;

/** Raw bytes in both directions: `HijackedConnection`. */
export interface RawConnection {
  /** The next bytes, good until the next read; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes have left. */
  write(bytes: Uint8Array): Promise<void>;
  /** Reads and writes fail with this reason from now on. */
  destroy(reason: unknown): void;
}

/**
 * The connection of an attached container. Nothing is read before it is asked for, but for one
 * chunk while the container waits, so a slow reader here makes Docker, and then the supervisor, wait.
 */
export class DockerLink implements SupervisorLink {
  readonly #connection: RawConnection;
  readonly #demultiplexer = new StreamDemultiplexer();
  readonly #waiting: Uint8Array[] = [];
  #readAhead: Promise<Uint8Array | undefined> | undefined;
  #diagnostics: Uint8Array = new Uint8Array();

  constructor(connection: RawConnection) {
    this.#connection = connection;
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
    await this.#connection.write(chunk);
  }

  abort(reason: unknown): void {
    this.#connection.destroy(reason);
  }

  /** What the supervisor wrote to its own stderr; it is silent when all is well. */
  diagnostics(): string {
    return new TextDecoder().decode(this.#diagnostics).trim();
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    const chunk = await this.#connection.read().catch((error: unknown) => {
      throw isNetworkError(error) ? lost(error) : error;
    });
    if (chunk === undefined && !this.#demultiplexer.isBetweenFrames) throw lost();
    return chunk;
  }

  #keepDiagnostics(bytes: Uint8Array): void {
    this.#diagnostics = Buffer.concat([this.#diagnostics, bytes]).subarray(-DIAGNOSTICS_BYTES);
  }
}

/** Not a reason that one of us gave for destroying it. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function lost(cause?: unknown): SandboxFailure {
  return new SandboxFailure('the connection to the container was lost', { cause });
}
