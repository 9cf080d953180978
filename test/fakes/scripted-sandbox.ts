import type { ExecutionOutcome, ExecutionRequest } from '../../src/judging/execution.js';
import type { ContainerShape, Sandbox } from '../../src/judging/ports.js';

/** What a scripted execution does: prints, and ends in some way. */
export interface Script extends Partial<ExecutionOutcome> {
  readonly prints?: string;
  readonly complains?: string;
}

export const WELL_BEHAVED: ExecutionOutcome = {
  end: { kind: 'exited', exitCode: 0 },
  stopCause: 'none',
  outOfMemoryKills: 0,
  cpuTimeMs: 10,
  wallTimeMs: 12,
  starvedMs: 0,
  memoryBytes: 2 ** 20,
  stdoutBytes: 0,
  stderrBytes: 0,
  stdoutTruncated: false,
  stderrTruncated: false,
  collected: [],
};

/** A sandbox for tests of the core, in which a function plays the programs. */
export class ScriptedSandbox implements Sandbox {
  readonly requests: ExecutionRequest[] = [];
  readonly prepared: { shape: ContainerShape; count: number }[] = [];
  readonly #play: (request: ExecutionRequest, signal?: AbortSignal) => Script | Promise<Script>;

  constructor(
    play: (request: ExecutionRequest, signal?: AbortSignal) => Script | Promise<Script>,
    readonly slots = 1,
  ) {
    this.#play = play;
  }

  async execute(...[request, output, signal]: Parameters<Sandbox['execute']>) {
    signal?.throwIfAborted();
    this.requests.push(request);
    const { prints = '', complains = '', ...outcome } = await this.#play(request, signal);
    signal?.throwIfAborted();
    await output.stdout.write(Buffer.from(prints));
    await output.stderr.write(Buffer.from(complains));
    return {
      ...WELL_BEHAVED,
      stdoutBytes: Buffer.byteLength(prints),
      stderrBytes: Buffer.byteLength(complains),
      ...outcome,
    };
  }

  prepare(shape: ContainerShape, count: number): void {
    this.prepared.push({ shape, count });
  }
}
