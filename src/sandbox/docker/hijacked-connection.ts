import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { RawConnection } from '../raw-connection.js';
import type { DockerAddress } from './docker-address.js';

/*
 * A connection that the daemon hands over after an HTTP upgrade, spoken by hand because an HTTP
 * client reads as it likes: raw-connection.ts says what that costs.
 *
 *   POST /path, Upgrade: tcp ─► 101 ─► raw bytes in both directions
 */

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
  readonly #raw: RawConnection;

  private constructor({ target, tls }: DockerAddress) {
    this.#raw = new RawConnection((options) =>
      tls === undefined
        ? connectPlain({ ...target, ...options })
        : connectTls({ ...target, ...tls, ...options } as never),
    );
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
  read(): Promise<Uint8Array | undefined> {
    return this.#raw.read();
  }

  /** Resolves when the bytes have left; their memory may then be used again. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#raw.write(bytes);
  }

  /** Reads and writes fail with this reason from now on. */
  destroy(reason: unknown): void {
    this.#raw.destroy(reason);
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
    if (body !== '') this.#raw.unread(Buffer.from(body, 'latin1'));
  }
}
