import type { Problem } from '../judging/problem.js';
import type { ExampleSubmission } from './example-submission.js';
import type { PackageNotice } from './package-notice.js';
import type { Statement } from './statement.js';
import type { TimeLimit } from './time-limit.js';

/** A problem package as it was when it was read. Files are opened when their bytes are asked for. */
export interface ProblemPackage {
  /**
   * Ready to be judged. Where the time limit is computed, `limits.cpuTimeMs` is
   * `CALIBRATION_CPU_TIME_MS` until `withTimeLimit` sets it.
   */
  readonly problem: Problem;
  readonly timeLimit: TimeLimit;
  readonly exampleSubmissions: readonly ExampleSubmission[];
  readonly statement: Statement;
  /** The loss report: what the package states and the engine does not honour. */
  readonly notices: readonly PackageNotice[];
  /** Changes with anything that decides how submissions are judged. */
  readonly packageHash: string;
}

/** What an accepted submission may take while the time limit is not known yet. */
export const CALIBRATION_CPU_TIME_MS = 60_000;

export function withTimeLimit(problem: Problem, cpuTimeMs: number): Problem {
  return { ...problem, limits: { ...problem.limits, cpuTimeMs } };
}
