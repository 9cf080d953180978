import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSink, ByteSource } from '../judging/bytes.js';
import { SandboxFailure } from '../judging/ports.js';
import { BlobMemory } from './blob-memory.js';
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
const MAX_TOUCHES = 10_000;
/** The directory is closed to everybody else; who is lent a blob may execute it. */
const DIRECTORY_MODE = 0o700;
const BLOB_MODE = 0o555;

/**
 * Files by the hash of their content. Written beside and renamed into place, so that several
 * processes may share a directory. A small blob is hashed again when it is read and then kept in
 * memory for a while; of a large one the size is checked, which is what a crash or a full disk gets
 * wrong.
 */
export class BlobStore {
  readonly #options: BlobStoreOptions;
  readonly #memory = new BlobMemory();
  readonly #touchedAtMs = new Map<string, number>();
  readonly #own = new WeakSet<ByteSource>();
  readonly #lent = new Map<string, { readonly atMs: number; readonly checked: Promise<void> }>();
  #writtenBytes = 0;

  private constructor(options: BlobStoreOptions) {
    this.#options = options;
  }

  static async open(options: BlobStoreOptions): Promise<BlobStore> {
    await mkdir(options.directory, { recursive: true });
    await chmod(options.directory, DIRECTORY_MODE);
    const store = new BlobStore(options);
    await evictOldest(options);
    return store;
  }

  get directory(): string {
    return this.#options.directory;
  }

  async create(): Promise<BlobWriter> {
    const temporary = join(this.#options.directory, `new-${randomUUID()}`);
    const file = await open(temporary, 'wx', 0o600).catch(diskFailure);
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

  /** A blob that is there and whole, every byte of it. A damaged one is removed. */
  async find(sha256: string, sizeBytes: number): Promise<StoredBytes | undefined> {
    const stored = this.#stored(sha256, sizeBytes);
    try {
      const hash = createHash('sha256');
      for await (const chunk of stored.read({ reuseMemory: true })) hash.update(chunk);
      if (hash.digest('hex') === sha256) return stored;
    } catch {
      // Gone, or of another size.
    }
    await rm(this.#pathOf(sha256), { force: true });
    return undefined;
  }

  /**
   * For who opens it himself: its name below the directory, hashed again from time to time. Undefined:
   * not a blob of this store.
   */
  async lend(source: ByteSource): Promise<string | undefined> {
    if (!isStored(source) || !this.#own.has(source)) return undefined;
    const { sha256 } = source;
    const nowMs = Date.now();
    let lent = this.#lent.get(sha256);
    if (lent === undefined || nowMs - lent.atMs >= TOUCH_INTERVAL_MS) {
      if (this.#lent.size >= MAX_TOUCHES) this.#lent.clear();
      lent = { atMs: nowMs, checked: this.#check(sha256) };
      this.#lent.set(sha256, lent);
    }
    await lent.checked.catch((error: unknown) => {
      this.#lent.delete(sha256);
      throw error;
    });
    return sha256;
  }

  async #check(sha256: string): Promise<void> {
    const path = this.#pathOf(sha256);
    await this.#touchIfDue(sha256);
    await chmod(path, BLOB_MODE).catch(gone);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    if (hash.digest('hex') !== sha256) throw new SandboxFailure('a stored file is damaged');
  }

  async #adopt(temporary: string, sha256: string, sizeBytes: number): Promise<StoredBytes> {
    // Also over an equal one: that heals a damaged blob, and readers of the old one keep it.
    await rename(temporary, this.#pathOf(sha256));
    this.#lent.delete(sha256);
    this.#writtenBytes += sizeBytes;
    if (this.#writtenBytes > this.#options.maxBytes / 16) {
      this.#writtenBytes = 0;
      await evictOldest(this.#options);
    }
    return this.#stored(sha256, sizeBytes);
  }

  #stored(sha256: string, sizeBytes: number): StoredBytes {
    const stored = { sha256, sizeBytes, read: () => this.#read(sha256, sizeBytes) };
    this.#own.add(stored);
    return stored;
  }

  async *#read(sha256: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
    await this.#touchIfDue(sha256);
    const known = this.#memory.get(sha256);
    if (known !== undefined) {
      yield known;
      return;
    }
    const path = this.#pathOf(sha256);
    if (this.#memory.takes(sizeBytes)) {
      const bytes = await readWhole(path, sha256);
      this.#memory.set(sha256, bytes);
      yield bytes;
      return;
    }
    await checkSize(path, sizeBytes);
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  }

  /** So that it is not evicted. Whoever reads it notices that it is gone. */
  async #touchIfDue(sha256: string): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - (this.#touchedAtMs.get(sha256) ?? 0) < TOUCH_INTERVAL_MS) return;
    if (this.#touchedAtMs.size >= MAX_TOUCHES) this.#touchedAtMs.clear();
    this.#touchedAtMs.set(sha256, nowMs);
    const now = new Date(nowMs);
    await utimes(this.#pathOf(sha256), now, now).catch(() => undefined);
  }

  #pathOf(sha256: string): string {
    return join(this.#options.directory, sha256);
  }
}

export function isStored(source: ByteSource): source is StoredBytes {
  return 'sha256' in source;
}

async function checkSize(path: string, sizeBytes: number): Promise<void> {
  const found = await stat(path).catch(gone);
  if (found.size !== sizeBytes) throw new SandboxFailure('a stored file is damaged');
}

async function readWhole(path: string, sha256: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(gone);
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
  throw new SandboxFailure('a stored file is damaged');
}

function gone(cause: unknown): never {
  throw new SandboxFailure('a stored file is gone', { cause });
}

/** Our fault, whatever the program did: it is tried again, then JE. */
function diskFailure(cause: unknown): never {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  throw new SandboxFailure(`what a program left cannot be kept on disk: ${code}`, { cause });
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
    await this.#file.appendFile(chunk).catch(diskFailure);
  }

  async commit(): Promise<StoredBytes> {
    try {
      await this.#file.chmod(BLOB_MODE);
      await this.#close();
      return await this.#adopt(this.#hash.digest('hex'), this.#sizeBytes);
    } catch (error) {
      await rm(this.#temporary, { force: true });
      return diskFailure(error);
    }
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
