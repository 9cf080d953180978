import type { ExecutionOutcome, ExecutionOutput, ExecutionRequest } from '../judging/execution.js';
import type { ContainerShape, Sandbox } from '../judging/ports.js';

/** One slot of a sandbox of several, so that somebody else can use the others meanwhile. */
export class NarrowSandbox implements Sandbox {
  readonly slots = 1;
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    return this.#sandbox.execute(request, output, signal);
  }

  prepare(shape: ContainerShape, count: number): void {
    this.#sandbox.prepare(shape, count);
  }
}
