import type { Language } from '../judging/language.js';

/** What reading a package needs of the language table. */
export interface LanguageLookup {
  readonly all: readonly Language[];
  /** By id or alias. */
  byId(id: string): Language | undefined;
  /** The one language of these files, by their extensions. */
  detect(fileNames: readonly string[]): Language | undefined;
}

/**
 * The languages that a code of the package format means. A code such as `cpp` stands for every
 * standard of that language in the table, so for all that claim the same files.
 */
export function languagesOfCode(code: string, languages: LanguageLookup): readonly Language[] {
  const named = languages.byId(code);
  if (named === undefined) return [];
  const [extension] = named.extensions;
  return languages.all.filter(
    (language) => language.id === named.id || language.extensions[0] === extension,
  );
}
