import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, type CliContext } from '../context.js';
import type { Suite } from './suite.js';
import { SuiteCollector, type SuiteReport } from './suite-report.js';

/** The slowest takes a quarter of it on two cores. */
const DEADLINE_MS = 60 * 60_000;
const MESSAGE_LINES_SHOWN = 40;
/** Lines of a stack that are the same for every failure. */
const OF_THE_RUNNER = /^\s+at .*(node_modules\/(vitest|@vitest)|node:internal|new Promise)/;

/** Runs a suite as a process of its own, and prints its failures as they come. */
export async function runSuite(
  suite: Suite,
  environment: Readonly<Record<string, string | undefined>>,
  { progress, paint, signal }: CliContext,
): Promise<SuiteReport> {
  progress.step(suite.name);
  const startedAtMs = Date.now();
  let begun = 0;
  const collector = new SuiteCollector(
    (title) => progress.detail(`${(begun += 1)}: ${title}`),
    ({ title, messages }) => {
      progress.print(`${paint('red', '✗')} ${suite.name}: ${title}`);
      const lines = messages
        .flatMap((message) => message.split('\n'))
        .filter((line) => !OF_THE_RUNNER.test(line));
      for (const line of lines.slice(0, MESSAGE_LINES_SHOWN)) progress.print(`    ${line}`);
    },
  );
  const exitCode = await runNode(
    suite.command,
    environment,
    (line) => collector.take(line),
    signal,
  );
  const report =
    suite.kind === 'vitest' ? collector.finish(exitCode) : collector.finishCheck(exitCode);
  const mark = report.failed === 0 ? paint('green', '✓') : paint('red', '✗');
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
  progress.print(
    `${mark} ${suite.name}: ${report.passed} passed, ${report.failed} failed in ${seconds} s`,
  );
  return report;
}

async function runNode(
  command: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // What the tests start finds the same Node.
    env: { ...environment, PATH: `${dirname(process.execPath)}:${environment['PATH'] ?? ''}` },
  });
  const end = () => child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  signal.addEventListener('abort', end, { once: true });
  createInterface(child.stdout).on('line', onLine);
  createInterface(child.stderr).on('line', onLine);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 128));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    signal.throwIfAborted();
  }
}
