import { SandboxFailure } from '../../judging/ports.js';
import type { RawConnection } from '../raw-connection.js';
import type { SupervisorLink } from '../supervisor-session.js';

/** The connection of a container, at whose other end is its supervisor itself. */
export class NativeLink implements SupervisorLink {
  readonly #connection: RawConnection;
  #readAhead: Promise<Uint8Array | undefined> | undefined;

  constructor(connection: RawConnection) {
    this.#connection = connection;
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

  write(chunk: Uint8Array): Promise<void> {
    return this.#connection.write(chunk);
  }

  abort(reason: unknown): void {
    this.#connection.destroy(reason);
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#connection.read();
    } catch (error) {
      // Not a reason that one of us gave for destroying it.
      const isNetworkError = error instanceof Error && 'syscall' in error;
      if (!isNetworkError) throw error;
      throw new SandboxFailure('the connection to the container was lost', { cause: error });
    }
  }
}
