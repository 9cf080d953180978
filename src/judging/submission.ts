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

/**
 * What is compiled: the submission with the package's include files of its language copied over it
 * (2025-09 "Included files": `include/<language>/`, else `include/default/`).
 */
export function submittedProgram(
  submission: Submission,
  includes: Readonly<Record<string, readonly StagedFile[]>>,
): Program {
  const included = includes[submission.language.id] ?? includes['default'] ?? [];
  if (included.length === 0) return submission;
  const names = new Set(included.map((file) => file.name));
  const own = submission.files.filter((file) => !names.has(file.name));
  return { ...submission, files: [...own, ...included] };
}
