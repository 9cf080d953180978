import type { Run } from './run.js';
import type { Verdict } from './verdict.js';

/**
 * Lazy stops at the first case that is not accepted, full judges every case, samples judges the
 * sample cases only.
 */
export type JudgingMode = 'lazy' | 'full' | 'samples';

/** What happens while a submission is judged, in order: one started, at most one compiled, runs by ordinal, one finished. */
export type JudgementEvent =
  | {
      readonly type: 'started';
      readonly problem: string;
      readonly language: string;
      readonly mode: JudgingMode;
      readonly testCases: number;
      readonly cpuTimeLimitMs: number;
      readonly memoryLimitBytes: number;
    }
  | {
      readonly type: 'compiled';
      readonly accepted: boolean;
      /** Why it did not compile, in words; empty when it did. */
      readonly reason: string;
      /** Content hash of the artifact, when there is one. */
      readonly artifactHash?: string;
      readonly log: string;
      readonly cpuTimeMs: number;
      readonly wallTimeMs: number;
      readonly memoryBytes: number;
    }
  | ({ readonly type: 'run' } & Run)
  | FinishedEvent;

export interface FinishedEvent {
  readonly type: 'finished';
  readonly verdict: Verdict;
  /** The case that decided, when one did. */
  readonly testCase?: string;
  readonly reason: string;
  /** The largest over the runs. */
  readonly cpuTimeMs: number;
  readonly memoryBytes: number;
  /** Of a JE: who has to act. The sandbox's failures may pass when tried again; a problem's do not. */
  readonly fault?: 'sandbox' | 'problem';
}
