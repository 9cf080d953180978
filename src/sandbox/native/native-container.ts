import type { JobContainer } from '../pooled-sandbox.js';
import type { RawConnection } from '../raw-connection.js';
import type { ExecutionResult } from '../supervisor-result.js';
import { SupervisorSession, type SessionJob } from '../supervisor-session.js';
import type { Launcher } from './launcher.js';
import { NativeLink } from './native-link.js';

/*
 * One container, used once: a connection to its launcher.
 *
 *   request ─► hello │ warm │ job ─► result ─► closed by the launcher: nothing of it lives any more
 *                    │      └─ anything else ─► closed by us ─► killed by the launcher
 *
 * That the supervisor ended well is seen by the launcher, which adds a failure frame if it did not.
 */

export class NativeContainer implements JobContainer {
  readonly #launcher: Launcher;
  readonly #connection: RawConnection;
  readonly #link: NativeLink;
  readonly #session: SupervisorSession;
  readonly #ended = Promise.withResolvers<undefined>();
  #isWarm = false;

  private constructor(launcher: Launcher, connection: RawConnection) {
    this.#launcher = launcher;
    this.#connection = connection;
    this.#link = new NativeLink(connection);
    this.#session = new SupervisorSession(this.#link);
  }

  /** Makes one and waits until it is ready for a job. @throws SandboxFailure, and leaves nothing. */
  static async open(launcher: Launcher, request: Uint8Array): Promise<NativeContainer> {
    const container = new NativeContainer(launcher, launcher.request(request));
    try {
      await container.#session.awaitHello();
      container.#wait();
      return container;
    } catch (error) {
      await container.discard();
      throw error;
    }
  }

  get isWarm(): boolean {
    return this.#isWarm;
  }

  /** Resolves when it has ended without being given a job. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  run(job: SessionJob, signal?: AbortSignal): Promise<ExecutionResult> {
    this.#isWarm = false;
    return this.#session.run(job, signal);
  }

  /** Resolves when nothing of it lives. */
  async discard(): Promise<void> {
    this.#isWarm = false;
    await this.#launcher.release(this.#connection);
  }

  #wait(): void {
    this.#isWarm = true;
    void this.#link.stirs().then(() => {
      if (!this.#isWarm) return;
      this.#isWarm = false;
      this.#ended.resolve(undefined);
    });
  }
}
