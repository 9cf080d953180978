import type { ExecutionOutcome, ExecutionOutput, ExecutionRequest } from './execution.js';
import { SandboxFailure, type Sandbox } from './ports.js';

/** A failure of the sandbox is tried again twice, each time in another container. */
const ATTEMPTS = 3;

/**
 * Executes a request, trying again when the sandbox fails.
 * @param openOutput called before every attempt, so that none sees bytes of an earlier one.
 * @throws the SandboxFailure of the last attempt.
 */
export async function executeReliably(
  sandbox: Sandbox,
  request: ExecutionRequest,
  openOutput: () => ExecutionOutput | Promise<ExecutionOutput>,
  signal?: AbortSignal,
): Promise<ExecutionOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const output = await openOutput();
    try {
      return await sandbox.execute(request, output, signal);
    } catch (error) {
      if (!(error instanceof SandboxFailure) || attempt === ATTEMPTS) throw error;
    }
  }
}
