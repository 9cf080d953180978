import { abortOnInterrupt } from './cli/interrupts.js';
import { createContext } from './cli/context.js';
import { reportError } from './cli/report-error.js';
import { start } from './cli/commands/start.js';

/** The door of the HTTP API: the same as `minos start`, for process managers. */
try {
  process.exitCode = await start({}, await createContext({}, abortOnInterrupt()));
} catch (error) {
  const { exitCode, lines } = reportError(error, Boolean(process.env['MINOS_DEBUG']));
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}
