/** Larger blobs are read from disk each time. */
const MAX_BLOB_BYTES = 8 * 2 ** 20;
const MAX_TOTAL_BYTES = 32 * 2 ** 20;

/**
 * Small blobs that were read lately: the fifty cases of a submission read its program fifty times.
 * Bounded; what was not used for the longest time goes first.
 */
export class BlobMemory {
  /** In the order of use, the latest last. */
  readonly #blobs = new Map<string, Uint8Array>();
  #totalBytes = 0;

  takes(sizeBytes: number): boolean {
    return sizeBytes <= MAX_BLOB_BYTES;
  }

  get(sha256: string): Uint8Array | undefined {
    const bytes = this.#blobs.get(sha256);
    if (bytes === undefined) return undefined;
    this.#blobs.delete(sha256);
    this.#blobs.set(sha256, bytes);
    return bytes;
  }

  set(sha256: string, bytes: Uint8Array): void {
    this.#totalBytes += bytes.byteLength - (this.#blobs.get(sha256)?.byteLength ?? 0);
    this.#blobs.delete(sha256);
    this.#blobs.set(sha256, bytes);
    for (const [oldest, { byteLength }] of this.#blobs) {
      if (this.#totalBytes <= MAX_TOTAL_BYTES) return;
      this.#blobs.delete(oldest);
      this.#totalBytes -= byteLength;
    }
  }
}
