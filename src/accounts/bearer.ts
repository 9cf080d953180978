import { JudgeError } from '../errors.js';
import { isApiToken } from './api-token.js';

/**
 * The token of an `Authorization` header (RFC 6750). undefined: there is none.
 * @throws JudgeError `unauthorized` for any other credentials: they never pass as anonymous.
 */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const token = /^Bearer ([^ ]+)$/i.exec(header)?.[1];
  if (token === undefined || !isApiToken(token)) {
    throw new JudgeError('unauthorized', 'the Authorization header holds no token of Minos');
  }
  return token;
}
