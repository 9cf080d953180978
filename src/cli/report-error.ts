import { ERROR_CATALOGUE, JudgeError, type ErrorCode } from '../errors.js';
import { SandboxFailure } from '../judging/ports.js';
import { onOneLine } from './printable.js';

export interface ErrorReport {
  readonly exitCode: number;
  /** The first is one clear line; further ones are indented. */
  readonly lines: readonly string[];
}

/** What the command line says of an error, and how it exits. */
export function reportError(error: unknown, debug: boolean): ErrorReport {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof JudgeError ? error.details : [];
  const first = code === 'internal' ? `${ERROR_CATALOGUE.internal.title}: ${message}` : message;
  return {
    exitCode: ERROR_CATALOGUE[code].exitCode,
    lines: [
      `minos: ${onOneLine(first)} [${code}]`,
      ...details.map((line) => `  ${onOneLine(line)}`),
      ...(debug ? stackLines(error) : []),
    ],
  };
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof JudgeError) return error.code;
  return error instanceof SandboxFailure ? 'sandbox-failed' : 'internal';
}

function stackLines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const cause = error.cause === undefined ? [] : ['caused by:', ...stackLines(error.cause)];
  return [...(error.stack ?? '').split('\n'), ...cause];
}
