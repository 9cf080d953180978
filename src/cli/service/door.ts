import { parseArgs } from 'node:util';
import { JudgeError } from '../../errors.js';
import { createContext, type CliContext } from '../context.js';
import { abortOnInterrupt } from '../interrupts.js';
import { parsePort } from '../parse-number.js';
import { reportError } from '../report-error.js';
import { configuredDatabase } from './configured-database.js';
import { onSupervisorGone } from './supervisor-channel.js';

/** What a process of the service works with. */
export interface DoorContext extends CliContext {
  /** In the form of DATABASE_URL. */
  readonly databaseUrl: string;
  /** Over those of the configuration. */
  readonly http: { readonly host?: string; readonly port?: number };
}

const OPTIONS = {
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
} as const;

/** Nobody looks after us: whatever hangs, this is the end. */
const ORPHAN_DEADLINE_MS = 12_000;

/**
 * Runs a process of the service until SIGTERM, or until the supervisor that started it is gone. It
 * needs a database: DATABASE_URL, or `database.url`.
 */
export async function openDoor(run: (context: DoorContext) => Promise<void>): Promise<void> {
  const interrupted = abortOnInterrupt();
  const orphaned = new AbortController();
  onSupervisorGone(() => {
    orphaned.abort(new JudgeError('aborted', 'the supervisor is gone'));
    setTimeout(() => process.exit(1), ORPHAN_DEADLINE_MS).unref();
  });
  // Who reads the log may go before us.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const signal = AbortSignal.any([interrupted, orphaned.signal]);
  try {
    await run(await doorContext(signal));
  } catch (error) {
    const { exitCode, lines } = reportError(error, Boolean(process.env['MINOS_DEBUG']));
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = exitCode;
  }
}

async function doorContext(signal: AbortSignal): Promise<DoorContext> {
  const { config, host, port } = readOptions();
  const context = await createContext(config === undefined ? {} : { config }, signal);
  const databaseUrl = configuredDatabase(context);
  if (databaseUrl === undefined) {
    throw new JudgeError('bad-usage', 'neither DATABASE_URL nor database.url is set', {
      details: ['"./minos start" runs a database of its own.'],
    });
  }
  const http = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: parsePort(port) }),
  };
  return { ...context, databaseUrl, http };
}

function readOptions(): { config?: string; host?: string; port?: string } {
  try {
    return parseArgs({ options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new JudgeError('bad-usage', (error as Error).message, { cause: error });
  }
}
