import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { JudgeError } from '../../errors.js';
import {
  dockerodeOptions,
  parseDockerHost,
  type DockerAddress,
  type TlsOptions,
} from './docker-address.js';
import type { ContainerSummary, DockerInfo, DockerVersion } from './docker-answers.js';
import { HijackedConnection } from './hijacked-connection.js';
import { failureOf, messageOf, statusOf, unlessAborted, withDeadline } from './docker-call.js';
import { opaque } from './opaque.js';

/**
 * The only place that constructs dockerode. Every call has a deadline of its own and turns what goes
 * wrong into one line of text.
 *
 * dockerode's `timeout` option is not used: with it `wait` never settles. Connections are not kept
 * alive: one costs 0.1 ms on a unix socket, a stale one after a restart of the daemon costs a failure.
 */
export interface DockerClientOptions {
  /** In the form of DOCKER_HOST: `unix:///path` or `tcp://host:port`. Default: the usual socket. */
  readonly host?: string;
  readonly tls?: TlsOptions;
  readonly deadlines?: Partial<DockerDeadlines>;
}

export interface DockerDeadlines {
  /** Questions that the daemon answers from memory. */
  readonly queryMs: number;
  /** Calls that make it work: create, attach, start. */
  readonly actionMs: number;
  /** Shorter: nothing waits for a removal, and it is tried again. */
  readonly removalMs: number;
}

/** Twenty times the slowest call seen while two cores were shared by eight builds. */
const DEADLINES: DockerDeadlines = { queryMs: 10_000, actionMs: 60_000, removalMs: 20_000 };

export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

/** How long a removal that the daemon refuses is tried again. */
const PERSISTENCE_MS = 10_000;
const REMOVAL_PAUSE_MS = 50;
const NOT_FOUND = 404;
/** Its removal is under way already. */
const CONFLICT = 409;
const SERVER_ERROR = 500;

/** @throws JudgeError `engine-unavailable` when no daemon answers at the address. */
export async function connectDocker(options: DockerClientOptions = {}): Promise<DockerClient> {
  const client = new DockerClient(options);
  try {
    await client.ping();
  } catch (error) {
    throw new JudgeError('engine-unavailable', `no Docker Engine answers at ${client.host}`, {
      cause: error,
      details: [messageOf(error)],
    });
  }
  return client;
}

export class DockerClient {
  readonly host: string;
  /** dockerode itself, for the image builder. It does not leave src/sandbox/docker. */
  readonly engine: Docker;
  readonly #address: DockerAddress;
  readonly #questions: Questions;
  readonly #deadlines: DockerDeadlines;

  constructor(options: DockerClientOptions = {}) {
    this.host = options.host ?? DEFAULT_DOCKER_HOST;
    this.#address = parseDockerHost(this.host, options.tls);
    this.engine = new Docker(dockerodeOptions(this.#address));
    this.#questions = this.engine;
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
  }

  async ping(): Promise<void> {
    await this.#query('ping', (abortSignal) => this.#questions.ping({ abortSignal }));
  }

  async version(): Promise<DockerVersion> {
    const answer = await this.#query('version', (abortSignal) =>
      this.#questions.version({ abortSignal }),
    );
    const runc = answer.Components.find((component) => component.Name === 'runc')?.Version;
    return {
      version: answer.Version,
      apiVersion: answer.ApiVersion,
      kernelVersion: answer.KernelVersion,
      architecture: answer.Arch,
      ...(runc === undefined ? {} : { runcVersion: runc }),
    };
  }

  /** The daemon's own description of itself and its host, as dockerode types it. */
  async info(): Promise<DockerInfo> {
    return await this.#query('info', (abortSignal) => this.#questions.info({ abortSignal }));
  }

  /** What the name of an image stands for now. */
  async imageId(name: string): Promise<string> {
    const image = await this.#act('look at an image', () => this.engine.getImage(name).inspect());
    return image.Id;
  }

  /** @returns the id of the new container. */
  async create(name: string, options: Docker.ContainerCreateOptions): Promise<string> {
    const container = await this.#act('create a container', (abortSignal) =>
      // dockerode would otherwise repeat all the options, the seccomp profile too, in the URL.
      this.engine.createContainer({ _query: { name }, _body: options, abortSignal } as object),
    );
    return container.id;
  }

  /** The raw connection to the container's three streams; output is multiplexed. */
  async attach(id: string): Promise<HijackedConnection> {
    const path = `/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    return await this.#act('attach to a container', (signal) =>
      HijackedConnection.open(this.#address, path, signal),
    );
  }

  async start(id: string): Promise<void> {
    await this.#act('start a container', (abortSignal) =>
      this.engine.getContainer(id).start({ abortSignal }),
    );
  }

  /** Resolves with the exit code. Has no deadline: the caller aborts it. Call it before `start`. */
  async waitForExit(id: string, signal: AbortSignal): Promise<number> {
    try {
      const waiting = this.engine
        .getContainer(id)
        .wait({ condition: 'next-exit', abortSignal: opaque(signal) }) as Promise<ExitAnswer>;
      const answer = await unlessAborted(waiting, signal);
      if (answer.Error) throw new Error(answer.Error.Message);
      return answer.StatusCode;
    } catch (error) {
      throw failureOf('wait for a container', signal.aborted ? signal.reason : error);
    }
  }

  /**
   * Kills and removes; resolves when it is gone. One that is gone already is no error. The daemon
   * refuses while a removal of its own is under way, and after one that failed: then again.
   */
  async remove(idOrName: string): Promise<void> {
    const container = this.engine.getContainer(idOrName);
    const giveUpAtMs = performance.now() + PERSISTENCE_MS;
    for (;;) {
      try {
        await withDeadline('remove a container', this.#deadlines.removalMs, (abortSignal) =>
          container.remove({ force: true, v: true, abortSignal }),
        );
        return;
      } catch (error) {
        const status = statusOf(error);
        if (status === NOT_FOUND) return;
        const mayPass = status === CONFLICT || (status !== undefined && status >= SERVER_ERROR);
        if (!mayPass || performance.now() > giveUpAtMs) throw error;
      }
      await sleep(REMOVAL_PAUSE_MS);
    }
  }

  /** Containers in any state that carry all the labels, each `key` or `key=value`. */
  async listByLabel(labels: readonly string[]): Promise<readonly ContainerSummary[]> {
    const containers = await this.#query('list containers', (abortSignal) =>
      this.engine.listContainers({ all: true, filters: { label: [...labels] }, abortSignal }),
    );
    return containers.map((container) => ({
      id: container.Id,
      labels: container.Labels,
      createdAtMs: container.Created * 1000,
      state: container.State,
    }));
  }

  /** Everything the daemon knows about a container, as it says it. */
  async inspect(id: string): Promise<unknown> {
    return await this.#query('inspect a container', (abortSignal) =>
      this.engine.getContainer(id).inspect({ abortSignal }),
    );
  }

  #query<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(what, this.#deadlines.queryMs, call);
  }

  #act<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(what, this.#deadlines.actionMs, call);
  }
}

/** dockerode takes options here too; its types do not know. */
interface Questions {
  ping(options: { abortSignal: AbortSignal }): Promise<unknown>;
  version(options: { abortSignal: AbortSignal }): Promise<Docker.DockerVersion>;
  info(options: { abortSignal: AbortSignal }): Promise<DockerInfo>;
}

interface ExitAnswer {
  readonly StatusCode: number;
  readonly Error?: { readonly Message: string } | null;
}
