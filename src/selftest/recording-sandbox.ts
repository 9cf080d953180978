import type { ByteSink } from '../judging/bytes.js';
import { tee } from '../judging/capture.js';
import type { ExecutionOutcome, ExecutionOutput, ExecutionRequest } from '../judging/execution.js';
import type { ContainerShape, Sandbox } from '../judging/ports.js';
import type { ObservedExecution } from './hostile-case.js';

const KEPT_BYTES = 4 * 2 ** 20;

/** Passes everything on, and remembers what went through. */
export class RecordingSandbox implements Sandbox {
  readonly #sandbox: Sandbox;
  readonly executions: ObservedExecution[] = [];

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  get slots(): number {
    return this.#sandbox.slots;
  }

  prepare(shape: ContainerShape, count: number): void {
    this.#sandbox.prepare(shape, count);
  }

  async execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    const stdout = keep();
    const stderr = keep();
    const startMs = performance.now();
    const outcome = await this.#sandbox.execute(
      request,
      { stdout: tee(stdout, output.stdout), stderr: tee(stderr, output.stderr) },
      signal,
    );
    this.executions.push({
      purpose: request.purpose === 'validate' ? 'validate' : 'run',
      limits: request.limits,
      outcome,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      elapsedMs: performance.now() - startMs,
    });
    return outcome;
  }
}

/** One growing buffer: a program may write a byte at a time. */
function keep(): ByteSink & { bytes(): Buffer } {
  let buffer = Buffer.alloc(0);
  let keptBytes = 0;
  return {
    write(chunk) {
      const part = chunk.subarray(0, KEPT_BYTES - keptBytes);
      if (keptBytes + part.byteLength > buffer.byteLength) {
        const larger = Buffer.alloc(2 * (keptBytes + part.byteLength));
        buffer.copy(larger);
        buffer = larger;
      }
      buffer.set(part, keptBytes);
      keptBytes += part.byteLength;
    },
    bytes: () => buffer.subarray(0, keptBytes),
  };
}
