import type { ComparisonResult, FirstDifference } from './comparison/comparison-result.js';
import type { ExecutionOutcome } from './execution.js';
import type { ExecutionLimits } from './limits.js';
import { formatBytes, formatSeconds } from './reason.js';
import type { Feedback } from './run.js';

/** What an output validator says of team output. */
export type Validation =
  | { readonly kind: 'accepted'; readonly feedback?: Feedback }
  | {
      readonly kind: 'rejected';
      /** In words a student understands; holds nothing of the answer, so it may be shown on secret cases. */
      readonly reason: string;
      /** Holds words of the answer: for samples and staff only. */
      readonly difference?: FirstDifference;
      readonly feedback?: Feedback;
    }
  /** The validator did not do its job: JE, for the owner of the problem. Never the contestant's fault. */
  | { readonly kind: 'failed'; readonly message: string; readonly feedback?: Feedback };

/** Problem package format 2025-09, "Reporting a judgement": any other exit code, 0 too, is a failure. */
const EXIT_ACCEPTED = 42;
const EXIT_REJECTED = 43;

/** Reads how a run of a custom output validator ended, together with the feedback it left. */
export function validationOfExit(
  outcome: ExecutionOutcome,
  limits: Pick<ExecutionLimits, 'cpuTimeMs' | 'wallTimeMs' | 'memoryBytes' | 'stdoutBytes'>,
  feedback?: Feedback,
): Validation {
  const left = feedback === undefined ? {} : { feedback };
  const problem = failure(outcome, limits);
  if (problem !== undefined) {
    return { kind: 'failed', message: `the output validator ${problem}`, ...left };
  }
  return outcome.end.kind === 'exited' && outcome.end.exitCode === EXIT_ACCEPTED
    ? { kind: 'accepted', ...left }
    : { kind: 'rejected', reason: 'rejected by the output validator', ...left };
}

/** Says what was found by the default output validator. */
export function validationOfComparison(result: ComparisonResult): Validation {
  if (result.accepted) return { kind: 'accepted' };
  return {
    kind: 'rejected',
    reason: rejection(result.reason, result.difference),
    difference: result.difference,
  };
}

/** A limit that was passed counts before the exit code: such a run may have ended anywhere. */
function failure(
  outcome: ExecutionOutcome,
  limits: Pick<ExecutionLimits, 'cpuTimeMs' | 'wallTimeMs' | 'memoryBytes' | 'stdoutBytes'>,
): string | undefined {
  if (outcome.outOfMemoryKills > 0) return `ran out of memory (${formatBytes(limits.memoryBytes)})`;
  if (outcome.stopCause === 'cpu-time' || outcome.cpuTimeMs > limits.cpuTimeMs) {
    return `took more than ${formatSeconds(limits.cpuTimeMs)} of CPU`;
  }
  switch (outcome.stopCause) {
    case 'wall-time':
      return `took more than ${formatSeconds(limits.wallTimeMs)}`;
    case 'stdout-limit':
      return `printed more than ${formatBytes(limits.stdoutBytes)}`;
    case 'none':
      break;
  }
  if (outcome.end.kind === 'signalled') return `died of signal ${outcome.end.signal}`;
  const { exitCode } = outcome.end;
  if (exitCode === EXIT_ACCEPTED || exitCode === EXIT_REJECTED) return undefined;
  return `exited with ${exitCode}, which is neither ${EXIT_ACCEPTED} nor ${EXIT_REJECTED}`;
}

function rejection(
  reason: 'wrong' | 'presentation' | 'no-output',
  difference: FirstDifference,
): string {
  switch (reason) {
    case 'no-output':
      return 'no output';
    case 'presentation':
      return `presentation error: line ${difference.line}`;
    case 'wrong':
      return `first difference: ${placeOf(difference)}`;
  }
}

function placeOf({ line, token }: FirstDifference): string {
  return token === undefined ? `line ${line}` : `line ${line}, token ${token}`;
}
