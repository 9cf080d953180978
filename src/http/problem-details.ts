import { DatabaseError } from 'pg';
import { databaseFailure } from '../database/database-failure.js';
import { ERROR_CATALOGUE, JudgeError, type ErrorCode } from '../errors.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
export const PROBLEM_CONTENT_TYPE = `${PROBLEM_MEDIA_TYPE}; charset=utf-8`;

/** What is away comes back within seconds, and is not to be asked by all at once. */
const RETRY_AFTER_S = 5;

/** An error as the API answers it (RFC 9457), with the stable code of the catalogue. */
export interface ProblemDetails {
  /** The code says what happened; there is no page for each. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  /** Path of the request. */
  readonly instance: string;
  /** What is wrong with each part of the request. */
  readonly errors?: readonly string[];
}

/** The part of Nest's and Fastify's exceptions that is used. */
interface HttpFault {
  readonly status: number;
  readonly message: string;
  readonly errors: readonly string[];
}

/** Details of an error that is not the client's are for the log, and never leave. */
export function problemDetails(error: unknown, instance: string): ProblemDetails {
  if (error instanceof JudgeError) return ofJudgeError(error, instance);
  const failure = databaseFailure(error);
  if (failure === 'unavailable' || failure === 'conflict') {
    return ofCode('database-unavailable', instance);
  }
  if (isRefusedValue(error)) {
    return { ...ofCode('bad-usage', instance), detail: 'a value of the request is not acceptable' };
  }
  const fault = httpFault(error);
  if (fault === undefined || fault.status >= 500) {
    const status = fault?.status === 503 ? 503 : 500;
    return { ...ofCode(status === 503 ? 'aborted' : 'internal', instance), status };
  }
  return {
    ...ofCode(CODES_BY_STATUS[fault.status] ?? 'bad-usage', instance),
    status: fault.status,
    detail: fault.errors.length === 0 ? sentence(fault) : fault.errors.join('; '),
    ...(fault.errors.length === 0 ? {} : { errors: fault.errors }),
  };
}

/** Fastify says of a type that it does not read only that it does not. */
function sentence({ status, message }: HttpFault): string {
  return status === 415 ? 'this operation reads no body of this Content-Type' : message;
}

/** The headers that belong to an error. */
export function problemHeaders(
  error: unknown,
  { status }: ProblemDetails,
): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer realm="minos"' };
  if (status !== 429 && status !== 503) return {};
  const retryAfterS = error instanceof JudgeError ? error.retryAfterS : undefined;
  return { 'retry-after': String(retryAfterS ?? RETRY_AFTER_S) };
}

/** Codes of Nest's and Fastify's own exceptions. */
const CODES_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  429: 'rate-limited',
};

function ofCode(code: ErrorCode, instance: string): ProblemDetails {
  const { title, httpStatus } = ERROR_CATALOGUE[code];
  return { type: 'about:blank', title, status: httpStatus, code, detail: title, instance };
}

/** Of the machine's errors only the title is for everybody. */
function ofJudgeError(error: JudgeError, instance: string): ProblemDetails {
  const problem = ofCode(error.code, instance);
  if (problem.status >= 500) return problem;
  return {
    ...problem,
    detail: error.message,
    ...(error.details.length === 0 ? {} : { errors: error.details }),
  };
}

function httpFault(error: unknown): HttpFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { getStatus, getResponse, statusCode } = error as Error & {
    getStatus?: () => number;
    getResponse?: () => unknown;
    statusCode?: number;
  };
  const status = getStatus?.call(error) ?? statusCode;
  if (status === undefined || status < 400 || status > 599) return undefined;
  return { status, message: error.message, errors: messagesOf(getResponse?.call(error)) };
}

/** Nest's ValidationPipe puts a list of texts into the response's `message`. */
function messagesOf(response: unknown): readonly string[] {
  const message = (response as { message?: unknown } | undefined)?.message;
  return Array.isArray(message) ? message.map(String) : [];
}

/** Did PostgreSQL refuse a value: a NUL, a number out of range, a text that is no id? */
function isRefusedValue(error: unknown): boolean {
  return error instanceof DatabaseError && REFUSED_VALUES.has(error.code ?? '');
}

const REFUSED_VALUES = new Set(['22003', '22008', '22021', '22P02', '22P03', '22P05']);
