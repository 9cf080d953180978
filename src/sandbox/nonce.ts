import { randomBytes } from 'node:crypto';
import { NONCE_BYTES } from './supervisor-job.js';

/** Asking the kernel costs as much for a few bytes as for some thousand. */
const SUPPLY_BYTES = 256 * NONCE_BYTES;
let supply = new Uint8Array(0);

/** Random bytes that nobody else gets. */
export function freshNonce(): Uint8Array {
  if (supply.byteLength === 0) supply = randomBytes(SUPPLY_BYTES);
  const nonce = supply.slice(0, NONCE_BYTES);
  supply = supply.subarray(NONCE_BYTES);
  return nonce;
}
