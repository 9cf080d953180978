import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { DockerAddress } from './docker-address.js';

/*
 * A connection that the daemon hands over after an HTTP upgrade, spoken by hand because of memory:
 * through an HTTP client every read allocates, and 300 MB of output leave 50 MB of garbage behind.
 * Here all reads go into one buffer, and nothing is read before it is asked for.
 *
 *   POST /path, Upgrade: tcp ─► 101 ─► raw bytes in both directions
 */

const BUFFER_BYTES = 64 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

/** The daemon answered something else than an upgrade. */
export class UpgradeRefused extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export class HijackedConnection {
  readonly #socket: Socket;
  #ready: Uint8Array | undefined;
  #waiting: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;

  private constructor(address: DockerAddress) {
    const onread = {
      buffer: new Uint8Array(BUFFER_BYTES),
      callback: (bytes: number, buffer: Uint8Array): boolean => {
        this.#arrived(buffer.subarray(0, bytes));
        return false;
      },
    };
    this.#socket =
      address.tls === undefined
        ? connectPlain({ ...address.target, onread })
        : connectTls({ ...address.target, ...address.tls, onread } as never);
    this.#socket.on('end', () => this.#end());
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#end());
  }

  /** @throws UpgradeRefused; the signal's reason once it is aborted. */
  static async open(
    address: DockerAddress,
    path: string,
    signal: AbortSignal,
  ): Promise<HijackedConnection> {
    const connection = new HijackedConnection(address);
    const abort = (): void => connection.destroy(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await connection.write(
        Buffer.from(
          `POST ${path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n` +
            `Content-Length: 0${HEAD_END}`,
        ),
      );
      await connection.#readHead();
      return connection;
    } catch (error) {
      connection.destroy(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
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

  /** Resolves when the bytes have left; their memory may then be used again. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.reason;
    const error = await new Promise<Error | null | undefined>((resolve) => {
      this.#socket.write(bytes, resolve);
    });
    if (error) throw this.#reasonFor(error);
  }

  /** Reads and writes fail with this reason from now on. */
  destroy(reason: unknown): void {
    this.#fail(reason);
    this.#socket.destroy();
  }

  /** Why it was destroyed, if it was. */
  #reasonFor(error: unknown): unknown {
    return this.#failure === undefined ? error : this.#failure.reason;
  }

  async #readHead(): Promise<void> {
    let head = '';
    while (!head.includes(HEAD_END)) {
      if (head.length > MAX_HEAD_BYTES) throw new Error('the answer is too long');
      const chunk = await this.read();
      if (chunk === undefined) throw new Error('the connection ended before an answer');
      head += Buffer.from(chunk).toString('latin1');
    }
    const bodyAt = head.indexOf(HEAD_END) + HEAD_END.length;
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    const body = head.slice(bodyAt);
    if (status !== 101) throw new UpgradeRefused(status, `HTTP code ${status}: ${body.trim()}`);
    if (body !== '') this.#ready = Buffer.from(body, 'latin1');
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
