import type { ByteSource, StagedFile } from './bytes.js';
import type { ComparisonOptions } from './comparison/comparison-options.js';
import type { ProblemLimits } from './limits.js';
import type { Program } from './submission.js';

export interface Problem {
  /** Short name: the name of the package's directory. */
  readonly id: string;
  readonly name: string;
  readonly limits: ProblemLimits;
  /** In the order of judging: samples first, then lexicographic by name. */
  readonly testCases: readonly TestCase[];
  readonly validator: OutputValidator;
  /** Files copied over a submission before compiling, by language id or `default`. */
  readonly includes: Readonly<Record<string, readonly StagedFile[]>>;
  /** Language ids that may be submitted; undefined: all. */
  readonly allowedLanguages?: readonly string[];
}

export interface TestCase {
  /** Path under `data/`, without extension: `sample/1`, `secret/group1/03.big`. */
  readonly name: string;
  readonly visibility: 'sample' | 'secret';
  readonly input: ByteSource;
  /** The jury answer. It never enters the container of a submission. */
  readonly answer: ByteSource;
  /** Cases with the same id give the same run, which then happens once. */
  readonly contentId: string;
  /** Arguments of the submission (2025-09 `args`). */
  readonly programArguments: readonly string[];
  /** Arguments of a custom validator: those of the package, its groups and the case together. */
  readonly validatorArguments: readonly string[];
  /** How the default output validator compares this case, read from the same arguments. */
  readonly comparison: ComparisonOptions;
  /** Files that lie in the submission's work directory (2025-09 `<case>.files/`). */
  readonly files: readonly StagedFile[];
}

/**
 * Who decides whether team output is right. Legacy packages may name several programs,
 * all of which must accept.
 */
export type OutputValidator =
  | { readonly kind: 'default' }
  | { readonly kind: 'programs'; readonly programs: readonly Program[] };
