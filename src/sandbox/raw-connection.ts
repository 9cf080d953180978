import type { OnReadOpts, Socket } from 'node:net';

/*
 * Raw bytes in both directions, with memory in mind: as a stream every read allocates, and 300 MB of
 * output leave 50 MB of garbage behind. Here all reads go into one buffer, and nothing is read before
 * it is asked for.
 */

const BUFFER_BYTES = 64 * 1024;
/** Kept for the next connections: a new one costs more to collect than all else about a short job. */
const SPARE_BUFFERS = 16;
const spareBuffers: Uint8Array[] = [];

/** Opens the socket that these options are for. */
export type Connect = (options: { readonly onread: OnReadOpts }) => Socket;

export class RawConnection {
  readonly #socket: Socket;
  #ready: Uint8Array | undefined;
  #waiting: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;

  constructor(connect: Connect) {
    const onread = {
      buffer: spareBuffers.pop() ?? new Uint8Array(BUFFER_BYTES),
      callback: (bytes: number, buffer: Uint8Array): boolean => {
        this.#arrived(buffer.subarray(0, bytes));
        return false;
      },
    };
    this.#socket = connect({ onread });
    this.#socket.on('end', () => this.#end());
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => {
      this.#end();
      // After a failure somebody may still look at what he got.
      if (this.hasEnded && spareBuffers.length < SPARE_BUFFERS) spareBuffers.push(onread.buffer);
    });
  }

  /** Whether the other end has closed, and all that it sent was read. */
  get hasEnded(): boolean {
    return this.#ended && this.#ready === undefined && this.#failure === undefined;
  }

  /** The next bytes, good until the next read; undefined at the end. One read at a time. */
  async read(): Promise<Uint8Array | undefined> {
    const ready = this.#ready;
    this.#ready = undefined;
    if (ready !== undefined) return ready;
    if (this.#failure !== undefined) throw this.#failure.reason;
    if (this.#ended) return undefined;
    this.#waiting = Promise.withResolvers();
    this.#socket.resume();
    return await this.#waiting.promise;
  }

  /** What was read beyond what was wanted comes again with the next read. */
  unread(bytes: Uint8Array): void {
    this.#ready = bytes;
  }

  /** Resolves when the bytes have left; their memory may then be used again. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.reason;
    const error = await new Promise<Error | null | undefined>((resolve) => {
      this.#socket.write(bytes, resolve);
    });
    if (error) throw this.#reasonFor(error);
  }

  /** Reads and writes fail with this reason from now on. After a regular end it does nothing. */
  destroy(reason: unknown): void {
    if (!this.hasEnded) this.#fail(reason);
    this.#socket.destroy();
  }

  /** Why it was destroyed, if it was. */
  #reasonFor(error: unknown): unknown {
    return this.#failure === undefined ? error : this.#failure.reason;
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#waiting === undefined) {
      this.#ready = bytes;
      return;
    }
    this.#waiting.resolve(bytes);
    this.#waiting = undefined;
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#waiting?.reject(this.#failure.reason);
    this.#waiting = undefined;
  }
}
