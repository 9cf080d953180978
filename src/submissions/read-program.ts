import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import type { LanguageRegistry } from '../languages/language-registry.js';
import { checkEntryPoint } from './entry-point.js';
import type { ProgramBody } from './program-body.js';
import { checkSourceFiles, type SourceFile } from './source-file.js';
import type { ProgramDto } from './submit.dto.js';
import type { SourceUnpacker } from './unpack-sources.js';

/** A program that can be staged, compiled and started as it is. */
export interface SubmittedProgram {
  readonly language: Language;
  readonly files: readonly SourceFile[];
  readonly entryPoint: string | null;
}

export interface ProgramTerms {
  readonly codeLimitBytes: number;
  /** Ids; undefined: all. */
  readonly allowedLanguages?: readonly string[];
}

/**
 * Checks a program against what it is for, and says what is wrong first.
 * @throws JudgeError `bad-usage`, `unknown-language`, `bad-source` or `code-limit-exceeded`.
 */
export async function readProgram(
  body: ProgramBody<ProgramDto>,
  terms: ProgramTerms,
  languages: LanguageRegistry,
  unpacker: SourceUnpacker,
): Promise<SubmittedProgram> {
  const { language_id: languageId, entry_point: entryPoint } = body.fields;
  const stated = languageId ? languages.get(languageId) : undefined;
  const files = await unpacker.expand(sourcesOf(body, stated), terms.codeLimitBytes);
  checkSourceFiles(files, terms.codeLimitBytes);
  const names = files.map(({ name }) => name);
  const language = stated ?? languages.detect(names);
  checkAllowed(language, terms);
  checkEntryPoint(entryPoint, language, names);
  return { language, files, entryPoint: entryPoint ?? null };
}

function sourcesOf(
  { fields, files }: ProgramBody<ProgramDto>,
  language: Language | undefined,
): readonly SourceFile[] {
  const { source } = fields;
  if (source === undefined) return files;
  if (files.length > 0) throw new JudgeError('bad-usage', 'give either files or source');
  if (language === undefined) {
    throw new JudgeError('bad-usage', 'source needs a language_id: it has no name to tell it by');
  }
  return [{ name: language.sourceFile, content: Buffer.from(source) }];
}

function checkAllowed({ id }: Language, { allowedLanguages }: ProgramTerms): void {
  if (allowedLanguages === undefined || allowedLanguages.includes(id)) return;
  throw new JudgeError(
    'unknown-language',
    `the problem does not take ${id}: it takes ${allowedLanguages.join(', ')}`,
  );
}
