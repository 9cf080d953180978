import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';

/** What reading a package needs of the language table. */
export interface LanguageLookup {
  readonly languages: readonly Language[];
  /** By id or alias. */
  find(name: string): Language | undefined;
  /**
   * The one language of these files, by their extensions.
   * @throws JudgeError when there is none, or more than one.
   */
  detect(fileNames: readonly string[]): Language;
}

/** The one language of these files, if they are in one. */
export function detectLanguage(
  fileNames: readonly string[],
  languages: LanguageLookup,
): Language | undefined {
  try {
    return languages.detect(fileNames);
  } catch (error) {
    if (error instanceof JudgeError) return undefined;
    throw error;
  }
}

/**
 * The languages that a code of the package format means. A code such as `cpp` stands for every
 * standard of that language in the table, so for all that claim the same files.
 */
export function languagesOfCode(code: string, languages: LanguageLookup): readonly Language[] {
  const named = languages.find(code);
  if (named === undefined) return [];
  const [extension] = named.extensions;
  return languages.languages.filter(
    (language) => language.id === named.id || language.extensions[0] === extension,
  );
}
