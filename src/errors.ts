/**
 * Every error that a user can meet, in one table. `docs/errors.md` explains each one to people; a
 * test holds the two together.
 *
 * Verdicts are values, not errors: what a submission does wrong is never thrown.
 */
export const ERROR_CATALOGUE = {
  'bad-usage': { title: 'The command or request is not valid', httpStatus: 400, exitCode: 2 },
  'bad-config': { title: 'The configuration is not valid', httpStatus: 500, exitCode: 2 },
  'bad-package': { title: 'The problem package is not valid', httpStatus: 422, exitCode: 2 },
  'bad-source': { title: 'The submitted source is not acceptable', httpStatus: 422, exitCode: 2 },
  'unknown-language': { title: 'No such language', httpStatus: 422, exitCode: 2 },
  'unknown-problem': { title: 'No such problem is open', httpStatus: 422, exitCode: 2 },
  'code-limit-exceeded': {
    title: 'The source is larger than the code limit',
    httpStatus: 413,
    exitCode: 2,
  },
  'not-found': { title: 'No such resource', httpStatus: 404, exitCode: 2 },
  unauthorized: { title: 'No valid token', httpStatus: 401, exitCode: 2 },
  forbidden: { title: 'The token does not allow this', httpStatus: 403, exitCode: 2 },
  conflict: { title: 'The resource is not in a state for this', httpStatus: 409, exitCode: 2 },
  'idempotency-conflict': {
    title: 'The idempotency key belongs to another request',
    httpStatus: 422,
    exitCode: 2,
  },
  'method-not-allowed': {
    title: 'The resource does not have this method',
    httpStatus: 405,
    exitCode: 2,
  },
  'precondition-failed': {
    title: 'The resource has changed',
    httpStatus: 412,
    exitCode: 2,
  },
  'payload-too-large': { title: 'The request is too large', httpStatus: 413, exitCode: 2 },
  'unsupported-media-type': {
    title: 'The type of the body is not one that is read here',
    httpStatus: 415,
    exitCode: 2,
  },
  'webhook-refused': {
    title: 'Webhooks are not sent to this URL',
    httpStatus: 422,
    exitCode: 2,
  },
  'rate-limited': { title: 'Too many requests', httpStatus: 429, exitCode: 2 },
  'engine-unavailable': {
    title: 'No Docker Engine can be used',
    httpStatus: 503,
    exitCode: 3,
  },
  'sandbox-unavailable': {
    title: 'The configured sandbox cannot be used on this machine',
    httpStatus: 503,
    exitCode: 3,
  },
  'image-build-failed': {
    title: 'The image of a toolchain could not be built',
    httpStatus: 503,
    exitCode: 3,
  },
  'data-directory': {
    title: 'The data directory cannot be used',
    httpStatus: 503,
    exitCode: 3,
  },
  'bad-backup': { title: 'The backup cannot be restored', httpStatus: 422, exitCode: 2 },
  'already-running': { title: 'Minos runs already', httpStatus: 409, exitCode: 2 },
  'database-unavailable': {
    title: 'The database cannot be used',
    httpStatus: 503,
    exitCode: 3,
  },
  'blob-unavailable': {
    title: 'A stored file is missing, damaged or out of reach',
    httpStatus: 503,
    exitCode: 3,
  },
  'sandbox-failed': { title: 'The sandbox failed', httpStatus: 503, exitCode: 3 },
  internal: { title: 'A fault in Minos itself', httpStatus: 500, exitCode: 3 },
  aborted: { title: 'Stopped on request', httpStatus: 503, exitCode: 130 },
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
  /** One line for people; the message of an error names the file and key. */
  readonly title: string;
  /** Status of the HTTP answer (RFC 9457 problem details). */
  readonly httpStatus: number;
  /** Exit code of the command line: 2 the caller's, 3 the machine's. */
  readonly exitCode: 2 | 3 | 130;
}

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export interface JudgeErrorOptions {
  readonly cause?: unknown;
  /** Further lines for people: the end of a build log, the commands that mend it. */
  readonly details?: readonly string[];
  /** When it may be tried again; the API's Retry-After. */
  readonly retryAfterS?: number;
}

/** An error of the catalogue. Its message is one clear line. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError';
  readonly code: ErrorCode;
  readonly details: readonly string[];
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, options: JudgeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
    this.retryAfterS = options.retryAfterS;
  }

  get exitCode(): 2 | 3 | 130 {
    return ERROR_CATALOGUE[this.code].exitCode;
  }

  get httpStatus(): number {
    return ERROR_CATALOGUE[this.code].httpStatus;
  }
}
