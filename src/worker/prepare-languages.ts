import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import type { OutputValidator } from '../judging/problem.js';
import { findDisabled } from '../operations/disabled-parts.js';
import { ableElsewhere } from './able-elsewhere.js';
import { PartDisabled } from './interruption.js';
import { languageFailed } from './language-failed.js';
import type { WorkerParts } from './worker-parts.js';

/** Digests of the images of toolchains, by toolchain. */
export type Digests = Readonly<Record<string, string>>;

/**
 * Has the images of all languages of a job ready.
 * @throws PartDisabled for a language that is switched off, FailsHere for one that is so on this worker.
 *   One whose image cannot be built, is.
 */
export async function prepareLanguages(
  languages: readonly Language[],
  parts: Pick<WorkerParts, 'db' | 'toolchains' | 'workerId'>,
): Promise<Digests> {
  const { db, toolchains } = parts;
  const disabled = await findDisabled(
    db,
    languages.map(({ id }) => ({ kind: 'language' as const, part: id })),
  );
  if (disabled !== undefined) throw new PartDisabled(disabled);
  const digests: Record<string, string> = {};
  for (const language of languages) {
    const { toolchain } = language;
    const failure = toolchains.failed.get(toolchain);
    if (failure !== undefined && (await ableElsewhere([toolchain], parts)).size > 0) {
      throw await languageFailed(language, failure, parts);
    }
    try {
      digests[toolchain] = await toolchains.ready(toolchain);
    } catch (error) {
      if (!(error instanceof JudgeError) || error.code !== 'image-build-failed') throw error;
      throw await languageFailed(language, error.message, parts);
    }
  }
  return digests;
}

export function validatorLanguages(validator: OutputValidator): readonly Language[] {
  return validator.kind === 'programs' ? validator.programs.map(({ language }) => language) : [];
}
