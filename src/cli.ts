import { readFileSync } from 'node:fs';
import { abortOnInterrupt } from './cli/interrupts.js';
import { runProgram } from './cli/program.js';
import { reportError } from './cli/report-error.js';

/** The door of the command line. */
const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const signal = abortOnInterrupt();
try {
  process.exitCode = await runProgram(process.argv.slice(2), version, signal);
} catch (error) {
  const reason: unknown = signal.aborted ? signal.reason : error;
  const { exitCode, lines } = reportError(reason, Boolean(process.env['MINOS_DEBUG']));
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}
