import { storable } from '../database/storable.js';
import { EMPTY_SOURCE } from '../judging/bytes.js';
import { capture } from '../judging/capture.js';
import type { Language } from '../judging/language.js';
import { runLimits } from '../judging/limits.js';
import type { WorkerEngine } from './worker-engine.js';

const DEADLINE_MS = 30_000;
const OUTPUT_BYTES = 64 * 1024;
const LINE_CHARACTERS = 200;
/** Enough for a program that says its name. */
const LIMITS = {
  cpuTimeMs: 5000,
  outputBytes: OUTPUT_BYTES,
  codeBytes: 0,
  compilationCpuTimeMs: 0,
  compilationMemoryBytes: 0,
  validationCpuTimeMs: 0,
  validationMemoryBytes: 0,
  validationOutputBytes: 0,
};

/**
 * Asks a toolchain for its version, in a container like any other.
 * @returns the first line that it says.
 * @throws what the sandbox throws; after 30 s the signal's reason.
 */
export async function languageVersion(
  { ports }: Pick<WorkerEngine, 'ports'>,
  language: Language,
): Promise<string> {
  const output = capture(OUTPUT_BYTES);
  await ports.sandbox.execute(
    {
      purpose: 'run',
      toolchain: language.toolchain,
      command: language.version,
      environment: language.environment,
      files: [],
      workFiles: [],
      stdin: EMPTY_SOURCE,
      limits: runLimits(LIMITS, language.profile),
      onOutputLimit: 'truncate',
      // Some say it on stderr.
      mergeStderr: true,
      collect: [],
      collectBytes: 0,
    },
    { stdout: output, stderr: output },
    AbortSignal.timeout(DEADLINE_MS),
  );
  const [line = ''] = output.text().trim().split('\n', 1);
  return storable(line.slice(0, LINE_CHARACTERS));
}
