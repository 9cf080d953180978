import { randomUUID } from 'node:crypto';
import type {
  ExecutionOutcome,
  ExecutionOutput,
  ExecutionRequest,
} from '../../judging/execution.js';
import type { ContainerShape, Sandbox } from '../../judging/ports.js';
import type { BlobStore } from '../blob-store.js';
import { thisOwner } from '../owner.js';
import { MAX_AGE_MS, PooledSandbox } from '../pooled-sandbox.js';
import type { Slot } from '../slots.js';
import { ContainerRemover } from './container-remover.js';
import { labelsOf, type ContainerIdentity } from './container-labels.js';
import { statusOf } from './docker-call.js';
import type { DockerClient } from './docker-client.js';
import { DockerContainer } from './docker-container.js';
import { reapOrphans, reapRun } from './reaper.js';

export interface DockerSandboxOptions {
  readonly client: DockerClient;
  /** Id or tag of the toolchain's image, which exists when the promise resolves. */
  readonly imageOf: (toolchain: string) => Promise<string>;
  /** Told when the daemon does not have it any more; `imageOf` is asked once more then. */
  readonly onImageGone?: (toolchain: string) => void;
  /** Where collected files go. */
  readonly blobs: BlobStore;
  readonly slots: readonly Slot[];
  /** Names this installation among others on the same daemon. */
  readonly engineId: string;
  /** Containers kept ready per slot. */
  readonly ahead?: number;
  /** OCI runtime other than the daemon's default. */
  readonly runtime?: string;
  /** Beyond an execution's wall limit, until its container counts as hung. */
  readonly graceMs?: number;
  /** Told of each container that the daemon does not remove; it goes on trying. */
  readonly onStuck?: (message: string) => void;
}

const AHEAD = 4;
const NOT_FOUND = 404;
/** Measured: two saturate the daemon on two cores, three make each other slower. */
const CONCURRENT_CREATIONS = 2;
/** Feeding 1 GiB through the daemon takes less. */
const LONGEST_STAGING_MS = 5 * 60_000;
/** What other processes of this installation left is gone within a minute. */
const SWEEP_MS = 30_000;

/** Runs every execution in a fresh container of a Docker Engine. Close it: it keeps containers ready. */
export class DockerSandbox implements Sandbox, AsyncDisposable {
  readonly #options: DockerSandboxOptions;
  readonly #identity: ContainerIdentity;
  readonly #sandbox: PooledSandbox<DockerContainer>;
  readonly #remover: ContainerRemover;
  readonly #sweeper: NodeJS.Timeout;
  #containersMade = 0;

  private constructor(options: DockerSandboxOptions, owner: string) {
    this.#options = options;
    this.#identity = { engineId: options.engineId, owner, run: randomUUID() };
    this.#sandbox = new PooledSandbox({
      ...options,
      open: (shape, slot) => this.#openContainer(shape, slot),
      ahead: options.ahead ?? AHEAD,
      concurrency: CONCURRENT_CREATIONS,
    });
    this.#remover = new ContainerRemover(options);
    this.#sweeper = setInterval(() => void this.#sweep(), SWEEP_MS).unref();
  }

  /** Removes what earlier processes of this installation left, then is ready. */
  static async open(options: DockerSandboxOptions): Promise<DockerSandbox> {
    await reapOrphans(options.client, options.engineId);
    return new DockerSandbox(options, await thisOwner());
  }

  get slots(): number {
    return this.#sandbox.slots;
  }

  /** Value of the label `minos.run` of every container of this sandbox. */
  get run(): string {
    return this.#identity.run;
  }

  prepare(shape: ContainerShape, count: number): void {
    this.#sandbox.prepare(shape, count);
  }

  execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    return this.#sandbox.execute(request, output, signal);
  }

  /** Everything of this sandbox is gone afterwards. Executions under way fail. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#sandbox.close();
    this.#remover.close();
    await reapRun(this.#options.client, this.run);
    await reapOrphans(this.#options.client, this.#options.engineId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A daemon that does not answer is noticed by whoever needs it. */
  async #sweep(): Promise<void> {
    const { client, engineId, onStuck } = this.#options;
    const { stuck } = await reapOrphans(client, engineId).catch(() => ({ stuck: [] }));
    if (stuck.length > 0) onStuck?.(`Docker could not remove ${stuck.length} containers left over`);
  }

  async #openContainer(shape: ContainerShape, slot: Slot): Promise<DockerContainer> {
    const { imageOf, onImageGone } = this.#options;
    const image = await imageOf(shape.toolchain);
    try {
      return await this.#openFrom(image, shape, slot);
    } catch (error) {
      if (onImageGone === undefined || statusOf(error) !== NOT_FOUND) throw error;
      onImageGone(shape.toolchain);
      return await this.#openFrom(await imageOf(shape.toolchain), shape, slot);
    }
  }

  async #openFrom(image: string, shape: ContainerShape, slot: Slot): Promise<DockerContainer> {
    const { client, runtime } = this.#options;
    const number = (this.#containersMade += 1);
    const deadlineMs = Date.now() + MAX_AGE_MS + LONGEST_STAGING_MS + shape.limits.wallTimeMs;
    const tools = { client, remover: this.#remover };
    return await DockerContainer.open(tools, `minos-${this.run}-${number}`, {
      image,
      shape,
      slot,
      labels: labelsOf(this.#identity, deadlineMs),
      ...(runtime === undefined ? {} : { runtime }),
    });
  }
}
