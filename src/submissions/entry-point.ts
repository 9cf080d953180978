import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import { isPlainName, printable } from '../problems/plain-name.js';

const MAX_LENGTH = 255;
const PLACEHOLDER = '{entry}';

/**
 * Where a program is to be started, as the submission names it: a file of it, or, where the language
 * starts classes, a class. A language that starts neither has no use for it.
 * @throws JudgeError `bad-source`.
 */
export function checkEntryPoint(
  entryPoint: string | undefined,
  language: Language,
  fileNames: readonly string[],
): void {
  if (entryPoint === undefined) return;
  const plain = entryPoint.split('/').every(isPlainName);
  if (!plain || entryPoint.length > MAX_LENGTH) {
    throw new JudgeError(
      'bad-source',
      `the entry point ${printable(entryPoint)} is no plain name of a file or class`,
    );
  }
  if (startsFiles(language) && !fileNames.includes(entryPoint)) {
    throw new JudgeError(
      'bad-source',
      `the entry point ${printable(entryPoint)} is none of the source files`,
    );
  }
}

/** `/box/{entry}` is a file; `{entry}` alone may also be a class. */
function startsFiles({ compile, run }: Language): boolean {
  return [...compile, ...run].some(
    (argument) => argument.includes(PLACEHOLDER) && argument !== PLACEHOLDER,
  );
}
