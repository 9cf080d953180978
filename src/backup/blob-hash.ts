import type { Blobs } from '../blobs/blobs.js';
import { badBackup } from './manifest.js';

/** Stores a file of the archive; its name was verified to be the hash of its content. */
export async function readBlobHash(
  blobs: Blobs,
  sha256: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const stored = await blobs.put(content);
  if (stored.sha256 !== sha256) throw badBackup(`the stored file ${sha256} is another one`);
}
