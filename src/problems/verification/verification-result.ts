import type { Verdict } from '../../judging/verdict.js';

/** What one step of a verification found; stored as it is, and shown to whoever may upload. */
export interface VerificationResult {
  /** What was looked at, unique within a verification. */
  readonly subject: string;
  readonly ok: boolean;
  readonly detail: ResultDetail;
}

export type ResultDetail = TimeLimitDetail | ExampleDetail | CheckDetail;

/** The time limit as it was computed, where the package states none. */
export interface TimeLimitDetail {
  readonly kind: 'time-limit';
  /** null: none could be found. */
  readonly cpuTimeLimitMs: number | null;
  readonly notes: readonly string[];
}

export interface ExampleDetail {
  readonly kind: 'example';
  readonly language: string;
  readonly expected: readonly Verdict[];
  readonly verdict: Verdict;
  readonly timeMs: number;
  /** The limit in this language. */
  readonly timeLimitMs: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly notes: readonly string[];
}

/** Of an output validator, or of a margin. */
export interface CheckDetail {
  readonly kind: 'check';
  readonly notes: readonly string[];
}
