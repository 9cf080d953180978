import { SandboxFailure } from '../../judging/ports.js';
import { containerOptions, type ContainerSpec } from '../container-options.js';
import { SupervisorSession, type SessionJob } from '../supervisor-session.js';
import type { ExecutionResult } from '../supervisor-result.js';
import { Watchdog } from '../watchdog.js';
import type { ContainerRemover } from './container-remover.js';
import type { DockerClient } from './docker-client.js';
import { DockerLink } from './docker-link.js';

/*
 * One container, used once.
 *
 *   create ─► attach, wait ─► start ─► hello │ warm │ job ─► result ─► exit 0 ─► removed by the daemon
 *                                            │      └─ anything else ─► removed by us
 *
 * `wait` is sent before `start`, so that no exit is missed. It answers before the last output has
 * arrived, so the end of the stream is awaited too. Nothing is inspected: the hello says it runs.
 */

/** From the end of the stream to the exit code: the daemon takes 25 ms, on a crowded machine a second. */
const EXIT_MS = 30_000;

/** What containers are made and removed with. */
export interface ContainerTools {
  readonly client: DockerClient;
  readonly remover: ContainerRemover;
}

export class DockerContainer {
  readonly id: string;
  readonly #remover: ContainerRemover;
  readonly #link: DockerLink;
  readonly #session: SupervisorSession;
  readonly #exit: Promise<number>;
  readonly #waiting: AbortController;
  readonly #ended = Promise.withResolvers<undefined>();
  #isWarm = false;
  #removedByDaemon = false;

  private constructor({ client, remover }: ContainerTools, id: string, link: DockerLink) {
    this.#remover = remover;
    this.id = id;
    this.#link = link;
    this.#session = new SupervisorSession(link);
    this.#waiting = new AbortController();
    this.#exit = client.waitForExit(id, this.#waiting.signal);
    // Awaited at the end of a run; one that never runs must not count as unhandled.
    this.#exit.catch(() => undefined);
  }

  /** Makes one and waits until it is ready for a job. @throws SandboxFailure, and leaves nothing. */
  static async open(
    tools: ContainerTools,
    name: string,
    spec: ContainerSpec,
  ): Promise<DockerContainer> {
    const { client, remover } = tools;
    let container: DockerContainer | undefined;
    try {
      const id = await client.create(name, containerOptions(spec));
      container = new DockerContainer(tools, id, new DockerLink(await client.attach(id)));
      await client.start(id);
      await container.#awaitHello();
      return container;
    } catch (error) {
      // By name: after a deadline the daemon may have made it without our learning its id.
      if (container === undefined) await remover.remove(name);
      else await container.discard();
      throw error;
    }
  }

  /** Ready for its one job, as far as is known. */
  get isWarm(): boolean {
    return this.#isWarm;
  }

  /**
   * Resolves when it has ended without being given a job. Told by the connection, not by `wait`:
   * dockerode's never settles when the daemon dies.
   */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Runs the one job. @throws SandboxFailure unless everything went by the protocol. */
  async run(job: SessionJob, signal?: AbortSignal): Promise<ExecutionResult> {
    this.#isWarm = false;
    try {
      const result = await this.#session.run(job, signal);
      await this.#awaitCleanExit();
      return result;
    } catch (error) {
      throw this.#withDiagnostics(error);
    }
  }

  /** Resolves when it is gone, is being removed by the daemon after a clean end, or is stuck. */
  async discard(): Promise<void> {
    this.#isWarm = false;
    this.#waiting.abort(new SandboxFailure('the container was given up'));
    this.#link.abort(new SandboxFailure('the container was given up'));
    if (!this.#removedByDaemon) await this.#remover.remove(this.id);
  }

  async #awaitHello(): Promise<void> {
    try {
      await this.#session.awaitHello();
    } catch (error) {
      throw this.#withDiagnostics(error);
    }
    this.#isWarm = true;
    void this.#link.stirs().then(() => {
      if (!this.#isWarm) return;
      this.#isWarm = false;
      this.#ended.resolve(undefined);
    });
  }

  async #awaitCleanExit(): Promise<void> {
    using watchdog = new Watchdog(() => {
      this.#waiting.abort(new SandboxFailure('Docker did not see the container end'));
    });
    watchdog.allow(EXIT_MS);
    const exitCode = await this.#exit;
    if (exitCode !== 0) throw new SandboxFailure(`the supervisor ended with exit code ${exitCode}`);
    this.#removedByDaemon = true;
  }

  #withDiagnostics(error: unknown): unknown {
    const said = this.#link.diagnostics();
    if (!(error instanceof SandboxFailure) || said === '') return error;
    return new SandboxFailure(`${error.message} (supervisor: ${said})`, { cause: error });
  }
}
