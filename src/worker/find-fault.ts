import { JudgeError, type ErrorCode } from '../errors.js';
import type { Language } from '../judging/language.js';
import { SandboxFailure } from '../judging/ports.js';
import { EngineFailed } from './interruption.js';
import { languageVersion } from './language-version.js';
import type { WorkerParts } from './worker-parts.js';

/** Other toolchains that are asked before the sandbox itself counts as failed. */
const WITNESSES = 3;
/** What is wrong before anything was asked of the sandbox. */
const NOT_OF_THE_SANDBOX: ReadonlySet<ErrorCode> = new Set([
  'blob-unavailable',
  'bad-package',
  'bad-source',
  'unknown-language',
  'code-limit-exceeded',
]);

/**
 * Whose fault is it that a job could not be done? Tried out: if its language works, the job's; if
 * others do, the language's.
 * @param suspect undefined: no one language is suspected.
 * @throws EngineFailed when nothing works.
 */
export async function findFault(
  error: unknown,
  suspect: Language | undefined,
  { engine, languages, toolchains }: Pick<WorkerParts, 'engine' | 'languages' | 'toolchains'>,
): Promise<'job' | 'language'> {
  if (error instanceof EngineFailed) throw error;
  if (error instanceof JudgeError && NOT_OF_THE_SANDBOX.has(error.code)) return 'job';
  const isOfSandbox = error instanceof JudgeError || error instanceof SandboxFailure;
  let failure = error;
  const works = async (language: Language): Promise<boolean> => {
    try {
      await languageVersion(engine, language);
      await engine.ports.prove(language);
      return true;
    } catch (problem) {
      failure = problem;
      return false;
    }
  };
  if (suspect !== undefined && (await works(suspect))) return 'job';
  const others = languages.languages.filter(({ toolchain }) => toolchain !== suspect?.toolchain);
  const witnesses = toolchains.usable(others).slice(0, WITNESSES);
  if (witnesses.length === 0 && suspect === undefined && !isOfSandbox) return 'job';
  for (const language of witnesses) {
    if (await works(language)) return suspect === undefined ? 'job' : 'language';
  }
  throw new EngineFailed(failure instanceof Error ? failure.message : String(failure), {
    cause: failure,
  });
}
