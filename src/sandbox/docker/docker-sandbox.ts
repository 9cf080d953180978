import { randomBytes, randomUUID } from 'node:crypto';
import { totalBytes } from '../../judging/bytes.js';
import type {
  ExecutionOutcome,
  ExecutionOutput,
  ExecutionRequest,
} from '../../judging/execution.js';
import type { ContainerShape, Sandbox } from '../../judging/ports.js';
import type { BlobStore } from '../blob-store.js';
import { FileCollector } from '../file-collector.js';
import { thisOwner } from '../owner.js';
import { SlotGate } from '../slot-gate.js';
import type { Slot } from '../slots.js';
import { NONCE_BYTES } from '../supervisor-job.js';
import { labelsOf, type ContainerIdentity } from './container-labels.js';
import { ContainerPool } from './container-pool.js';
import type { DockerClient } from './docker-client.js';
import { DockerContainer } from './docker-container.js';
import { reapOrphans, reapRun } from './reaper.js';

export interface DockerSandboxOptions {
  readonly client: DockerClient;
  /** Id or tag of the toolchain's image, which exists when the promise resolves. */
  readonly imageOf: (toolchain: string) => Promise<string>;
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
}

const AHEAD = 4;
/** Measured: two saturate the daemon on two cores, three make each other slower. */
const CONCURRENT_CREATIONS = 2;
const MAX_AGE_MS = 5 * 60_000;
const GRACE_MS = 2000;
/** Feeding 1 GiB through the daemon takes less. */
const LONGEST_STAGING_MS = 5 * 60_000;

/** Runs every execution in a fresh container of a Docker Engine. Close it: it keeps containers ready. */
export class DockerSandbox implements Sandbox, AsyncDisposable {
  readonly slots: number;
  readonly #options: DockerSandboxOptions;
  readonly #identity: ContainerIdentity;
  readonly #gate: SlotGate;
  readonly #pool: ContainerPool<DockerContainer>;
  #containersMade = 0;

  private constructor(options: DockerSandboxOptions, owner: string) {
    this.slots = options.slots.length;
    this.#options = options;
    this.#identity = { engineId: options.engineId, owner, run: randomUUID() };
    this.#gate = new SlotGate(options.slots);
    this.#pool = new ContainerPool({
      slots: options.slots,
      open: (shape, slot) => this.#openContainer(shape, slot),
      ahead: options.ahead ?? AHEAD,
      concurrency: CONCURRENT_CREATIONS,
      maxAgeMs: MAX_AGE_MS,
    });
  }

  /** Removes what earlier processes of this installation left, then is ready. */
  static async open(options: DockerSandboxOptions): Promise<DockerSandbox> {
    await reapOrphans(options.client, options.engineId);
    return new DockerSandbox(options, await thisOwner());
  }

  /** Value of the label `minos.run` of every container of this sandbox. */
  get run(): string {
    return this.#identity.run;
  }

  prepare(shape: ContainerShape, count: number): void {
    this.#pool.prepare(shape, count);
  }

  async execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    const alone = request.alone === true;
    const shape = shapeOf(request);
    const lease = await this.#gate.acquire({
      alone,
      prefers: (slot) => this.#pool.has(shape, slot),
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      const container = await this.#pool.take(shape, lease.slot);
      if (alone) await this.#pool.pause();
      try {
        return await this.#runIn(container, lease.slot, request, output, signal);
      } finally {
        if (alone) this.#pool.resume();
      }
    } finally {
      lease.release();
    }
  }

  /** Everything of this sandbox is gone afterwards. Executions under way fail. */
  async close(): Promise<void> {
    await this.#pool.close();
    await reapRun(this.#options.client, this.run);
    await reapOrphans(this.#options.client, this.#options.engineId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #runIn(
    container: DockerContainer,
    slot: Slot,
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    await using collector = new FileCollector(this.#options.blobs);
    const identity = { nonce: randomBytes(NONCE_BYTES), uid: slot.uid };
    const graceMs = this.#options.graceMs ?? GRACE_MS;
    try {
      const result = await container.run({ request, identity, output, collector, graceMs }, signal);
      return { ...result, collected: await collector.finish() };
    } finally {
      await container.discard();
    }
  }

  async #openContainer(shape: ContainerShape, slot: Slot): Promise<DockerContainer> {
    const { client, imageOf, runtime } = this.#options;
    const image = await imageOf(shape.toolchain);
    const number = (this.#containersMade += 1);
    const deadlineMs = Date.now() + MAX_AGE_MS + LONGEST_STAGING_MS + shape.limits.wallTimeMs;
    return await DockerContainer.open(client, `minos-${this.run}-${number}`, {
      image,
      shape,
      slot,
      labels: labelsOf(this.#identity, deadlineMs),
      ...(runtime === undefined ? {} : { runtime }),
    });
  }
}

function shapeOf({ toolchain, limits, files, workFiles, stdin }: ExecutionRequest): ContainerShape {
  const stagedBytes = totalBytes(files) + totalBytes(workFiles) + stdin.sizeBytes;
  return { toolchain, limits, stagedBytes };
}
