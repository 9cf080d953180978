import { ApiExtension } from '@nestjs/swagger';
import type { ErrorCode } from '../../errors.js';

/** Where an operation of the document lists the error codes that are its own. */
export const ERROR_CODES = 'x-error-codes';

/**
 * Further errors of a handler, by their codes. What follows from its parameters, body and access is
 * in the document anyway (`operation-problems.ts`): 400, 401, 403, 404 with a path parameter, 413
 * and 415 with a body, 429 and 503.
 */
export function ApiProblemResponses(
  ...codes: readonly [ErrorCode, ...ErrorCode[]]
): MethodDecorator {
  return ApiExtension(ERROR_CODES, codes);
}
