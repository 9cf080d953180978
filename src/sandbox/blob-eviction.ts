import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Blob {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/**
 * What was used so lately stays, whatever the bound: a judging under way may read it again. Readers
 * mark what they use once a minute.
 */
const IN_USE_MS = 15 * 60_000;

/** Removes the blobs that were not used for the longest time, until the rest fits. */
export async function evictOldest(bound: {
  readonly directory: string;
  readonly maxBytes: number;
}): Promise<void> {
  const blobs = await blobsIn(bound.directory);
  const oldestFirst = blobs.toSorted((a, b) => a.usedAtMs - b.usedAtMs);
  let totalBytes = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  for (const blob of oldestFirst) {
    if (totalBytes <= bound.maxBytes || Date.now() - blob.usedAtMs < IN_USE_MS) return;
    await rm(blob.path, { force: true });
    totalBytes -= blob.sizeBytes;
  }
}

async function blobsIn(directory: string): Promise<readonly Blob[]> {
  const names = await readdir(directory);
  const blobs = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      // Another process may evict too.
      const found = await stat(path).catch(() => undefined);
      return found === undefined
        ? undefined
        : { path, sizeBytes: found.size, usedAtMs: found.mtimeMs };
    }),
  );
  return blobs.filter((blob) => blob !== undefined);
}
