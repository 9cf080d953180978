import type { StoredBlob } from '../blobs/blobs.js';
import type { StatementFormat } from './statement.js';

/**
 * What solvers are shown of a version, made when its package was read; the column `summary` of
 * `problem_versions`. Statements and samples lie in the blob store by themselves, so that showing
 * them opens no package, and no secret file is near.
 */
export interface ProblemSummary {
  /** By language code. */
  readonly names: Readonly<Record<string, string>>;
  readonly limits: SummaryLimits;
  /** Language ids that may be submitted; null: all. */
  readonly languages: readonly string[] | null;
  readonly testCases: number;
  readonly statements: readonly SummaryStatement[];
  readonly samples: readonly SummarySample[];
}

/** The time limit is the version's, in a column of its own: it may be found only later. */
export interface SummaryLimits {
  /** null: the language's default. */
  readonly memoryBytes: number | null;
  readonly outputBytes: number;
  /** All source files of a submission together. */
  readonly codeBytes: number;
}

export interface SummaryStatement extends StoredBlob {
  readonly language: string;
  readonly format: StatementFormat;
}

export interface SummarySample {
  /** Path under `data/`, without extension. */
  readonly name: string;
  readonly input: StoredBlob;
  readonly answer: StoredBlob;
}
