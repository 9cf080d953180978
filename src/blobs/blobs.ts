import { JudgeError } from '../errors.js';

export interface StoredBlob {
  /** In hexadecimal; names the blob. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface ListedBlob {
  readonly sha256: string;
  /** Since it was put for the last time. */
  readonly ageMs: number;
}

/**
 * Files known by the SHA-256 of their content, for all processes of an installation: archives of
 * problem versions, statements, samples. What was put is there until it is deleted.
 *
 * Every method throws the JudgeError `blob-unavailable` when the store does not do its part.
 */
export interface Blobs {
  /** Stored, and safe from a power cut, when it resolves. Putting what is there already is no error. */
  put(content: AsyncIterable<Uint8Array>): Promise<StoredBlob>;
  /**
   * The bytes, checked while they are read: whoever reads to the end without an error has the whole
   * blob, and the last chunk of a damaged one never comes.
   */
  get(sha256: string): AsyncIterable<Uint8Array>;
  exists(sha256: string): Promise<boolean>;
  /** Deleting what is not there is no error. */
  delete(sha256: string): Promise<void>;
  /** All that are stored, in any order; those that come or go meanwhile, or not. */
  list(): AsyncIterable<ListedBlob>;
}

/** Missing, damaged or out of reach: a fault of the installation, never of a submission. */
export function blobUnavailable(sha256: string, what: string, cause?: unknown): JudgeError {
  return new JudgeError('blob-unavailable', `the stored file ${sha256.slice(0, 12)} ${what}`, {
    cause,
  });
}

const SHA256 = /^[0-9a-f]{64}$/;

export function isHash(name: string): boolean {
  return SHA256.test(name);
}

/** Names come from the database; one that is no hash must not become a path. */
export function checkedHash(sha256: string): string {
  if (!isHash(sha256)) throw blobUnavailable('', 'has a name that is no SHA-256');
  return sha256;
}

/** The whole of a small blob. */
export async function readBlob(blobs: Blobs, sha256: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.get(sha256)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
