import { ERROR_CATALOGUE, JudgeError, type ErrorCode } from '../errors.js';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

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
  if (error instanceof JudgeError) {
    const { title, httpStatus } = ERROR_CATALOGUE[error.code];
    const detail = httpStatus === 500 ? title : error.message;
    return { type: 'about:blank', title, status: httpStatus, code: error.code, detail, instance };
  }
  const fault = httpFault(error);
  if (fault === undefined || fault.status >= 500) {
    const { title, httpStatus } = ERROR_CATALOGUE.internal;
    const status = fault?.status ?? httpStatus;
    return { type: 'about:blank', title, status, code: 'internal', detail: title, instance };
  }
  const code = fault.status === 404 ? 'not-found' : 'bad-usage';
  return {
    type: 'about:blank',
    title: ERROR_CATALOGUE[code].title,
    status: fault.status,
    code,
    detail: fault.errors.length === 0 ? fault.message : fault.errors.join('; '),
    instance,
    ...(fault.errors.length === 0 ? {} : { errors: fault.errors }),
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
