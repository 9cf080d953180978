import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import type { OutputValidator } from '../judging/problem.js';
import { disablePart, findDisabled } from '../operations/disabled-parts.js';
import { PartDisabled } from './interruption.js';
import type { WorkerParts } from './worker-parts.js';

/** Digests of the images of toolchains, by toolchain. */
export type Digests = Readonly<Record<string, string>>;

/**
 * Has the images of all languages of a job ready.
 * @throws PartDisabled for a language that is switched off; one whose image cannot be built, is, so
 *   that its jobs wait until somebody mends it.
 */
export async function prepareLanguages(
  languages: readonly Language[],
  { db, toolchains }: Pick<WorkerParts, 'db' | 'toolchains'>,
): Promise<Digests> {
  const disabled = await findDisabled(
    db,
    languages.map(({ id }) => ({ kind: 'language' as const, part: id })),
  );
  if (disabled !== undefined) throw new PartDisabled(disabled);
  const digests: Record<string, string> = {};
  for (const language of languages) {
    const { toolchain } = language;
    try {
      digests[toolchain] = await toolchains.ready(toolchain);
    } catch (error) {
      if (!(error instanceof JudgeError) || error.code !== 'image-build-failed') throw error;
      throw await disableLanguage(language, error.message, { db });
    }
  }
  return digests;
}

/** Switches it off for all workers. @returns what to throw, so that the job waits for it. */
export async function disableLanguage(
  { id }: Language,
  reason: string,
  { db }: Pick<WorkerParts, 'db'>,
): Promise<PartDisabled> {
  const part = { kind: 'language', part: id } as const;
  await disablePart(db, part, reason);
  return new PartDisabled(part);
}

export function validatorLanguages(validator: OutputValidator): readonly Language[] {
  return validator.kind === 'programs' ? validator.programs.map(({ language }) => language) : [];
}
