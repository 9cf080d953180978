import type { StagedFile } from './bytes.js';
import type { Language } from './language.js';

/** A program in source form: what a contestant submits, or a validator of a package. */
export interface Program {
  readonly language: Language;
  /** Names are relative paths of plain segments. */
  readonly files: readonly StagedFile[];
  /** File (or, for Java, class) to start; found by the language's rule when absent. */
  readonly entryPoint?: string;
}

/** An attempt to solve a problem. */
export type Submission = Program;
