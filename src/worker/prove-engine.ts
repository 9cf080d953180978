import type { Language } from '../judging/language.js';
import { EngineFailed } from './interruption.js';
import { languageVersion } from './language-version.js';
import type { WorkerEngine } from './worker-engine.js';

/**
 * Does this worker's sandbox work at all?
 * @throws EngineFailed with why not.
 */
export async function proveEngine(
  engine: Pick<WorkerEngine, 'ports'>,
  [language]: readonly Language[],
): Promise<void> {
  if (language === undefined) return;
  try {
    await languageVersion(engine, language);
  } catch (error) {
    throw new EngineFailed(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
