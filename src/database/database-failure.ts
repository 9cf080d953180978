import { DatabaseError } from 'pg';

/**
 * What an error of the database means to whoever asked.
 *
 * - `unavailable`: the database, or the way to it, is at fault; what was asked may succeed later. A
 *   commit that ends so may have happened.
 * - `conflict`: another transaction was in the way; the same transaction may be tried again.
 * - `duplicate`: a unique index has the key already.
 */
export type DatabaseFailure = 'unavailable' | 'conflict' | 'duplicate';

/** Classes of SQLSTATE: connection, resources, operator intervention, system, internal error. */
const UNAVAILABLE_CLASSES = ['08', '53', '57', '58', 'XX'];
const STATES: Readonly<Record<string, DatabaseFailure>> = {
  // read_only_sql_transaction: a standby, or a disk that is full.
  '25006': 'unavailable',
  '25P03': 'unavailable',
  '55P03': 'unavailable',
  '28000': 'unavailable',
  '28P01': 'unavailable',
  '3D000': 'unavailable',
  '40001': 'conflict',
  '40P01': 'conflict',
  '23505': 'duplicate',
};

const SYSTEM_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'EACCES',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/** pg has no codes for what happens on this side of the connection. */
const CLIENT_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after|driver has already been destroyed)/;

/** @returns undefined for what is no fault of the database, but of the statement or the program. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  if (error instanceof AggregateError) return databaseFailure(error.errors[0]);
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  if (error instanceof DatabaseError) return ofState(error.code ?? '');
  if (typeof code === 'string' && SYSTEM_CODES.includes(code)) {
    // A file that is not there is no database that is not there.
    return isOfSocket(syscall) ? 'unavailable' : undefined;
  }
  return CLIENT_MESSAGES.test(error.message) ? 'unavailable' : undefined;
}

function ofState(state: string): DatabaseFailure | undefined {
  if (STATES[state] !== undefined) return STATES[state];
  return UNAVAILABLE_CLASSES.includes(state.slice(0, 2)) ? 'unavailable' : undefined;
}

function isOfSocket(syscall: unknown): boolean {
  return typeof syscall === 'string' && /^(connect|read|write|getaddrinfo)/.test(syscall);
}
