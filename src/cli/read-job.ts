import { join } from 'node:path';
import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import type { Problem } from '../judging/problem.js';
import type { Submission } from '../judging/submission.js';
import type { LanguageRegistry } from '../languages/language-registry.js';
import type { ProblemPackage } from '../problems/problem-package.js';
import { packageDirectory } from '../problems/package-directory.js';
import { readPackage } from '../problems/read-package.js';
import { readSourceFiles } from '../problems/source-files.js';
import type { CliContext } from './context.js';

/** Reads a package and says on stderr what it states that is not honoured. */
export async function readProblemPackage(
  directory: string,
  { config, languages, progress }: CliContext,
): Promise<ProblemPackage> {
  const unpacked = await packageDirectory(directory, join(config.dataDirectory, 'packages'));
  const problemPackage = await readPackage(unpacked, {
    languages,
    defaultLimits: config.limits,
  });
  for (const { file, key, message } of problemPackage.notices) {
    progress.note(`${directory}: ${[file, key].filter(Boolean).join(': ')} ${message}`);
  }
  return problemPackage;
}

/** @throws JudgeError `bad-source`, `code-limit-exceeded` or `unknown-language`. */
export async function readSubmission(
  sources: readonly string[],
  languageId: string | undefined,
  problem: Problem,
  languages: LanguageRegistry,
): Promise<Submission> {
  const stated = languageId === undefined ? undefined : languages.get(languageId);
  const files = await readSourceFiles(sources, problem.limits.codeBytes);
  const language = stated ?? languages.detect(files.map((file) => file.name));
  checkAllowed(language, problem);
  return { language, files };
}

function checkAllowed({ id }: Language, { id: problem, allowedLanguages }: Problem): void {
  if (allowedLanguages === undefined || allowedLanguages.includes(id)) return;
  throw new JudgeError(
    'unknown-language',
    `${problem} does not take ${id}: its problem.yaml allows ${allowedLanguages.join(', ')}`,
  );
}
