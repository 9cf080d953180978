import { randomBytes } from 'node:crypto';

/** Standard Webhooks: 24 to 64 random bytes. */
const SECRET_BYTES = 32;

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
