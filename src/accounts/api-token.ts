import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: no salt or slow hash is needed to keep what cannot be guessed. */
const SECRET_BYTES = 32;
const PREFIX = 'mns_';
const FORM = /^mns_[A-Za-z0-9_-]{43}$/;

/** Names itself, so that scanners find it where it should not be. */
export function newApiToken(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
}

export function isApiToken(text: string): boolean {
  return FORM.test(text);
}

/** What is stored of a token or one-time secret, and looked up: never the text itself. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
