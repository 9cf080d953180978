import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readLanguages } from '../../../src/languages/read-languages.js';

/** The language table of this repository. */
export function shippedLanguages() {
  const file = 'judge.config.yaml';
  const config = parse(readFileSync(file, 'utf8')) as { languages: unknown };
  return readLanguages(config.languages, file);
}
