import type { ExecutionOutcome, ExecutionOutput, ExecutionRequest } from './execution.js';
import { SandboxFailure, type Sandbox } from './ports.js';

/** A failure of the sandbox is tried again twice, each time in another container. */
const ATTEMPTS = 3;

/** What is executed; or how it is found, which may be another thing at the second attempt. */
export type Attempted = ExecutionRequest | ((attempt: number) => Promise<ExecutionRequest>);

/**
 * Executes a request, trying again when the sandbox fails.
 * @param openOutput called before every attempt, so that none sees bytes of an earlier one.
 * @throws the SandboxFailure of the last attempt.
 */
export async function executeReliably(
  sandbox: Sandbox,
  request: Attempted,
  openOutput: () => ExecutionOutput | Promise<ExecutionOutput>,
  signal?: AbortSignal,
): Promise<ExecutionOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const output = await openOutput();
    try {
      const asked = typeof request === 'function' ? await request(attempt) : request;
      return await sandbox.execute(asked, output, signal);
    } catch (error) {
      if (!(error instanceof SandboxFailure) || attempt === ATTEMPTS) throw error;
    }
  }
}
