import { pino, stdTimeFunctions, type Level, type Logger } from 'pino';
import { describeError } from './describe-error.js';
import type { EventLog, Fields } from './event-log.js';
import { readableLine } from './readable-line.js';
import { REDACTION, scrub } from './scrub.js';

export interface LogTarget {
  /** Lines for people, not JSON. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface LogOptions {
  /** Which process speaks: `api`, `worker`. */
  readonly process: string;
  /** The least that is written. */
  readonly level?: Extract<Level, 'debug' | 'info' | 'warn' | 'error'>;
  readonly target?: LogTarget;
}

/** One line of JSON for each event, on stderr; lines for people where that is a terminal. */
export function createLog({
  level = 'info',
  target = process.stderr,
  ...options
}: LogOptions): EventLog {
  const logger = pino(
    {
      level,
      base: { process: options.process, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error) },
      redact: REDACTION,
    },
    {
      write: (line: string) => {
        const clean = scrub(line);
        target.write(target.isTTY === true ? readableLine(clean) : clean);
      },
    },
  );
  return over(logger);
}

function over(logger: Logger): EventLog {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (event: string, fields: Fields = {}) =>
      logger[level]({ event, ...fields });
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => over(logger.child(fields)),
  };
}
