import { totalBytes, type StagedFile } from '../judging/bytes.js';
import type { ExecutionOutcome, ExecutionOutput, ExecutionRequest } from '../judging/execution.js';
import type { ContainerShape, Sandbox } from '../judging/ports.js';
import type { BlobStore } from './blob-store.js';
import { ContainerPool, type ContainerPoolOptions, type WarmContainer } from './container-pool.js';
import { FileCollector } from './file-collector.js';
import { SlotGate } from './slot-gate.js';
import type { Slot } from './slots.js';
import { freshNonce } from './nonce.js';
import type { LentFiles } from './supervisor-job.js';
import type { ExecutionResult } from './supervisor-result.js';
import type { SessionJob } from './supervisor-session.js';

/** A container that runs one job. Whatever came of it, `discard` makes it go. */
export interface JobContainer extends WarmContainer {
  /** @throws SandboxFailure unless everything went by the protocol. */
  run(job: SessionJob, signal?: AbortSignal): Promise<ExecutionResult>;
}

export interface PooledSandboxOptions<C extends JobContainer> extends Omit<
  ContainerPoolOptions<C>,
  'maxAgeMs'
> {
  /** Where collected files go. */
  readonly blobs: BlobStore;
  /** Which of the files need not be sent, because the driver can put them into the container. */
  readonly lend?: (files: readonly StagedFile[]) => Promise<LentFiles>;
  /** Beyond an execution's wall limit, until its container counts as hung. */
  readonly graceMs?: number;
}

/** A container that nobody took for so long is removed. */
export const MAX_AGE_MS = 5 * 60_000;
const GRACE_MS = 2000;

/**
 * What drivers have in common: a slot for each execution, a container of its shape from the pool,
 * one job, and the end of that container.
 */
export class PooledSandbox<C extends JobContainer> implements Sandbox {
  readonly slots: number;
  readonly #options: PooledSandboxOptions<C>;
  readonly #gate: SlotGate;
  readonly #pool: ContainerPool<C>;

  constructor(options: PooledSandboxOptions<C>) {
    this.slots = options.slots.length;
    this.#options = options;
    this.#gate = new SlotGate(options.slots);
    this.#pool = new ContainerPool({ ...options, maxAgeMs: MAX_AGE_MS });
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

  /** What waits for a job is gone afterwards. Executions under way are not waited for. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #runIn(
    container: C,
    slot: Slot,
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    await using collector = new FileCollector(this.#options.blobs);
    const identity = { nonce: freshNonce(), uid: slot.uid };
    const graceMs = this.#options.graceMs ?? GRACE_MS;
    try {
      const lent = await this.#options.lend?.(request.files);
      const job = { request, identity, output, collector, graceMs };
      const result = await container.run(lent === undefined ? job : { ...job, lent }, signal);
      return { ...result, collected: await collector.finish() };
    } finally {
      await container.discard();
    }
  }
}

function shapeOf({ toolchain, limits, files, workFiles, stdin }: ExecutionRequest): ContainerShape {
  const stagedBytes = totalBytes(files) + totalBytes(workFiles) + stdin.sizeBytes;
  return { toolchain, limits, stagedBytes };
}
