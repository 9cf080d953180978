import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { SandboxFailure } from '../../judging/ports.js';
import { RawConnection } from '../raw-connection.js';
import type { Hierarchy } from './cgroup-layout.js';

/*
 * One launcher process (runner/launcher), which makes the containers of one slot and image. A
 * connection to it is a container: the request goes first, and then a supervisor is at the other end.
 * The launcher ends when its stdin does, so it never outlives us.
 */

export interface LauncherOptions {
  readonly binary: string;
  /** An unpacked image. */
  readonly root: string;
  /** User of the programs of the slot. */
  readonly uid: number;
  /** Directory whose files it may lend to containers, by their names: SHA-256 in hexadecimal. */
  readonly store: string;
  readonly hierarchies: readonly Hierarchy[];
  /** Descriptor of a file with the compiled seccomp filter. */
  readonly filterFd: number;
}

type LauncherProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Answered, by the end of the connection, when every container that was given up is gone. */
const NO_REQUEST = new Uint8Array(4);
const GIVEN_UP = new SandboxFailure('the container was given up');
const DIAGNOSTICS_BYTES = 4096;
/** From closing stdin to the exit: it kills and removes what there is. */
const EXIT_MS = 10_000;

export class Launcher {
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<void>;
  readonly #process: LauncherProcess;
  readonly #address: string;
  readonly #connections = new Set<RawConnection>();
  #diagnostics = '';
  #hasEnded = false;

  private constructor(process: LauncherProcess, address: string) {
    this.#process = process;
    this.#address = address;
    process.stderr.on('data', (chunk: Buffer) => {
      this.#diagnostics = (this.#diagnostics + chunk.toString()).slice(-DIAGNOSTICS_BYTES);
    });
    process.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        // The kernel kills its containers; without their connections they also end by themselves.
        const failure = new SandboxFailure(`the launcher died ${this.#diagnostics}`.trim());
        for (const connection of this.#connections) connection.destroy(failure);
        resolve();
      };
      process.once('close', end);
      process.once('error', (error) => {
        this.#diagnostics = error.message;
        end();
      });
    });
  }

  /** Resolves when it takes requests. @throws SandboxFailure with what it said. */
  static async start(options: LauncherOptions): Promise<Launcher> {
    const { binary, root, uid, store, hierarchies, filterFd } = options;
    const name = `minos-${randomBytes(16).toString('hex')}`;
    const cgroups = hierarchies.map(({ path, roles }) => `${roles}=${path}`);
    const child = spawn(binary, [root, name, String(uid), store, ...cgroups], {
      stdio: ['pipe', 'pipe', 'pipe', filterFd],
      env: {},
      cwd: '/',
    }) as LauncherProcess;
    const launcher = new Launcher(child, `\0${name}`);
    const ready = once(child.stdout, 'data').then(() => undefined);
    ready.catch(() => undefined);
    await Promise.race([ready, launcher.ended]);
    if (launcher.hasEnded) {
      throw new SandboxFailure(`no launcher: ${launcher.#diagnostics.trim()}`);
    }
    child.stdout.destroy();
    return launcher;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** A connection on which a request is under way. It must be forgotten at its end. */
  request(bytes: Uint8Array): RawConnection {
    const connection = new RawConnection((options) => connect({ path: this.#address, ...options }));
    this.#connections.add(connection);
    // That it cannot be sent is learnt by reading.
    connection.write(bytes).catch((error: unknown) => connection.destroy(error));
    return connection;
  }

  /** Closes a connection. Resolves when nothing lives any more of its container. */
  async release(connection: RawConnection): Promise<void> {
    const isGone = connection.hasEnded;
    connection.destroy(GIVEN_UP);
    this.#connections.delete(connection);
    if (!isGone) await this.#settle();
  }

  /** Resolves when every container whose connection was closed by us is gone. */
  async #settle(): Promise<void> {
    if (this.#hasEnded) return;
    const timer = setTimeout(() => this.kill(), EXIT_MS);
    const question = this.request(NO_REQUEST);
    await question.read().catch(() => undefined);
    this.#connections.delete(question);
    question.destroy(GIVEN_UP);
    clearTimeout(timer);
  }

  /** Kills its containers, removes their cgroups, and ends it. */
  async close(): Promise<void> {
    this.#process.stdin.end();
    const timer = setTimeout(() => this.kill(), EXIT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
