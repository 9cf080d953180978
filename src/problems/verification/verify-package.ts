import { withTimeLimit, type ProblemPackage } from '../problem-package.js';
import type { VerificationResult } from './verification-result.js';
import { planSteps, type VerificationBench } from './verification-steps.js';

/*
 * Theory of operation. A verification is a list of steps that follows from the package alone: the time
 * limit where it has to be found, every example submission, junk for a custom validator, the margins.
 * A step's number is its place in that list. Results that are known already are taken over by their
 * number, so that a verification whose worker was killed goes on where it was.
 */

export interface NumberedResult extends VerificationResult {
  readonly ordinal: number;
}

export interface VerificationStart {
  /** The time limit of the version where it is known already. */
  readonly cpuTimeLimitMs: number | undefined;
  /** What an earlier attempt found, in order. */
  readonly earlier: readonly NumberedResult[];
}

/** How many results there will be. */
export function countSteps(problemPackage: ProblemPackage): number {
  return planSteps(problemPackage).length;
}

/**
 * Verifies a package, yielding what is new.
 * @throws SandboxFailure or the error of an image: nobody's mark, to be tried again.
 */
export async function* verifyPackage(
  problemPackage: ProblemPackage,
  { cpuTimeLimitMs, earlier }: VerificationStart,
  bench: VerificationBench,
  signal?: AbortSignal,
): AsyncGenerator<NumberedResult> {
  const results: VerificationResult[] = [];
  let { problem } = problemPackage;
  if (cpuTimeLimitMs !== undefined) problem = withTimeLimit(problem, cpuTimeLimitMs);
  for (const [index, step] of planSteps(problemPackage).entries()) {
    signal?.throwIfAborted();
    const ordinal = index + 1;
    const known = earlier.find((result) => result.ordinal === ordinal);
    if (known === undefined) bench.onProgress(step.subject);
    const state = { problem, results, cpuTimeLimitMs, bench, signal };
    const found = known ?? { subject: step.subject, ...(await step.run(state)) };
    results.push(found);
    if (known === undefined) yield { ...found, ordinal };
    if (found.detail.kind !== 'time-limit') continue;
    // Without a limit there is nothing to judge by.
    if (found.detail.cpuTimeLimitMs === null) return;
    problem = withTimeLimit(problem, found.detail.cpuTimeLimitMs);
  }
}
