import type { ProcessEnd } from './execution.js';
import type { Verdict } from './verdict.js';

/** The judgement of one test case. Serialisable as it is; holds nothing of a secret case's data. */
export interface Run {
  /** Place in the order of judging, from 1. */
  readonly ordinal: number;
  readonly testCase: string;
  readonly visibility: 'sample' | 'secret';
  readonly verdict: Verdict;
  readonly rule: DecidingRule;
  /** In words a student understands: "CPU 2.31 s of 2.00 s". */
  readonly reason: string;
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
  readonly memoryBytes: number;
  readonly end?: ProcessEnd;
  /** All the attempts of a borderline run, the deciding one included; absent when there was one. */
  readonly attempts?: readonly Attempt[];
  readonly feedback?: Feedback;
  /** Of a sample that was not accepted. */
  readonly sample?: SampleExcerpt;
}

/** Which rule of the verdict order decided. */
export type DecidingRule =
  | 'sandbox'
  | 'output-limit'
  | 'memory'
  | 'cpu-time'
  | 'wall-time'
  | 'signal'
  | 'exit-code'
  | 'validator';

export interface Attempt {
  readonly verdict: Verdict;
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
}

/** What a custom validator wrote. */
export interface Feedback {
  /** For staff. */
  readonly judgeMessage?: string;
  /** For the student. */
  readonly teamMessage?: string;
}

/** The beginnings of what was expected and what came, at most 64 KiB each. */
export interface SampleExcerpt {
  readonly answer: string;
  readonly teamOutput: string;
  readonly stderr: string;
}
