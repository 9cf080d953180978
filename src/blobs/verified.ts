import { createHash } from 'node:crypto';
import { blobUnavailable } from './blobs.js';

/** Passes bytes on as they come, one chunk late, so that the last comes only when the hash is right. */
export async function* verified(
  sha256: string,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const chunk of content) {
    if (held !== undefined) yield held;
    hash.update(chunk);
    held = chunk;
  }
  if (hash.digest('hex') !== sha256) throw blobUnavailable(sha256, 'is damaged');
  if (held !== undefined) yield held;
}
