import type { StagedFile } from '../judging/bytes.js';
import type { Language } from '../judging/language.js';
import type { Verdict } from '../judging/verdict.js';
import type { Expectation } from './expectation.js';
import type { Timing } from './expected-by-directory.js';

/** A jury solution with what it has to do. */
export interface ExampleSubmission {
  /** Below `submissions/`: `accepted/solution.cpp`, or a directory of files. */
  readonly path: string;
  readonly language: Language;
  readonly files: readonly StagedFile[];
  readonly entryPoint?: string;
  /** The verdicts of the whole submission that fit, for display; `expectation` has the exact rule. */
  readonly expected: readonly Verdict[];
  readonly expectation: Expectation;
  readonly useForTimeLimit: Timing;
}
