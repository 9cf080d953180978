import { capture } from '../judging/capture.js';
import type { Language } from '../judging/language.js';
import { runLimits } from '../judging/limits.js';
import { EMPTY_SOURCE } from '../judging/bytes.js';
import { EngineFailed } from './interruption.js';
import type { WorkerEngine } from './worker-engine.js';

const DEADLINE_MS = 30_000;
const MIB = 2 ** 20;
const PROBE_LIMITS = {
  cpuTimeMs: 5000,
  outputBytes: MIB,
  codeBytes: MIB,
  compilationCpuTimeMs: 1,
  compilationMemoryBytes: 1,
  validationCpuTimeMs: 1,
  validationMemoryBytes: 1,
  validationOutputBytes: 1,
};

/**
 * Does this worker's sandbox work at all? It asks a toolchain for its version, in a container like any
 * other.
 * @throws EngineFailed with why not.
 */
export async function proveEngine(
  { ports }: Pick<WorkerEngine, 'ports'>,
  [language]: readonly Language[],
): Promise<void> {
  if (language === undefined) return;
  try {
    const output = capture(MIB);
    await ports.sandbox.execute(
      {
        purpose: 'run',
        toolchain: language.toolchain,
        command: language.version,
        environment: language.environment,
        files: [],
        workFiles: [],
        stdin: EMPTY_SOURCE,
        limits: runLimits(PROBE_LIMITS, language.profile),
        onOutputLimit: 'truncate',
        mergeStderr: false,
        collect: [],
        collectBytes: 0,
      },
      { stdout: output, stderr: capture(MIB) },
      AbortSignal.timeout(DEADLINE_MS),
    );
  } catch (error) {
    throw new EngineFailed(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
