import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSink, ByteSource } from '../judging/bytes.js';
import { SandboxFailure } from '../judging/ports.js';
import { evictOldest } from './blob-eviction.js';

/** Bytes in the store, known by their SHA-256. */
export interface StoredBytes extends ByteSource {
  readonly sha256: string;
}

/** A blob being written. Nobody sees it before it is whole. */
export interface BlobWriter extends ByteSink {
  write(chunk: Uint8Array): Promise<void>;
  commit(): Promise<StoredBytes>;
  discard(): Promise<void>;
}

export interface BlobStoreOptions {
  readonly directory: string;
  /** Beyond this the blobs that were not used for the longest time go. */
  readonly maxBytes: number;
}

/** How often a blob in use is marked as such. */
const TOUCH_INTERVAL_MS = 60_000;

/**
 * Files by the hash of their content. Written beside and renamed into place, so that several
 * processes may share a directory. A blob is hashed when it is put; reading checks the size, which
 * is what a crash or a full disk gets wrong.
 */
export class BlobStore {
  readonly #options: BlobStoreOptions;
  readonly #touchedAtMs = new Map<string, number>();
  #writtenBytes = 0;

  private constructor(options: BlobStoreOptions) {
    this.#options = options;
  }

  static async open(options: BlobStoreOptions): Promise<BlobStore> {
    await mkdir(options.directory, { recursive: true });
    const store = new BlobStore(options);
    await evictOldest(options);
    return store;
  }

  async create(): Promise<BlobWriter> {
    const temporary = join(this.#options.directory, `new-${randomUUID()}`);
    const file = await open(temporary, 'wx', 0o600);
    return new FileBlobWriter(file, temporary, (sha256, sizeBytes) =>
      this.#adopt(temporary, sha256, sizeBytes),
    );
  }

  async put(source: ByteSource): Promise<StoredBytes> {
    if (isStored(source)) return source;
    const writer = await this.create();
    try {
      for await (const chunk of source.read()) await writer.write(chunk);
      return await writer.commit();
    } finally {
      await writer.discard();
    }
  }

  async #adopt(temporary: string, sha256: string, sizeBytes: number): Promise<StoredBytes> {
    // Also over an equal one: that heals a damaged blob, and readers of the old one keep it.
    await rename(temporary, this.#pathOf(sha256));
    this.#writtenBytes += sizeBytes;
    if (this.#writtenBytes > this.#options.maxBytes / 16) {
      this.#writtenBytes = 0;
      await evictOldest(this.#options);
    }
    return { sha256, sizeBytes, read: () => this.#read(sha256, sizeBytes) };
  }

  async *#read(sha256: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(sha256);
    await this.#check(path, sizeBytes);
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  }

  async #check(path: string, sizeBytes: number): Promise<void> {
    const found = await stat(path).catch((error: unknown) => {
      throw new SandboxFailure('a stored file is gone', { cause: error });
    });
    if (found.size !== sizeBytes) throw new SandboxFailure('a stored file is damaged');
    const nowMs = Date.now();
    if (nowMs - (this.#touchedAtMs.get(path) ?? 0) < TOUCH_INTERVAL_MS) return;
    this.#touchedAtMs.set(path, nowMs);
    await utimes(path, new Date(nowMs), new Date(nowMs));
  }

  #pathOf(sha256: string): string {
    return join(this.#options.directory, sha256);
  }
}

function isStored(source: ByteSource): source is StoredBytes {
  return 'sha256' in source;
}

class FileBlobWriter implements BlobWriter {
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #adopt: (sha256: string, sizeBytes: number) => Promise<StoredBytes>;
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;
  #open = true;

  constructor(
    file: FileHandle,
    temporary: string,
    adopt: (sha256: string, sizeBytes: number) => Promise<StoredBytes>,
  ) {
    this.#file = file;
    this.#temporary = temporary;
    this.#adopt = adopt;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.byteLength;
    await this.#file.appendFile(chunk);
  }

  async commit(): Promise<StoredBytes> {
    await this.#close();
    return await this.#adopt(this.#hash.digest('hex'), this.#sizeBytes);
  }

  /** After a commit it does nothing. */
  async discard(): Promise<void> {
    if (!this.#open) return;
    await this.#close();
    await rm(this.#temporary, { force: true });
  }

  async #close(): Promise<void> {
    this.#open = false;
    await this.#file.close();
  }
}
