import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  blobUnavailable,
  checkedHash,
  isHash,
  type Blobs,
  type ListedBlob,
  type StoredBlob,
} from './blobs.js';
import { verified } from './verified.js';

const INCOMING = 'incoming';
/** What was left over by a process that died; nobody takes longer for one file. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Blobs in a directory, `ab/cdef…` by hash; several processes may share it. A blob is written
 * beside, flushed and renamed into place, and its directory flushed: it is there whole, or not.
 */
export class FileBlobs implements Blobs {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<FileBlobs> {
    const incoming = join(directory, INCOMING);
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    await removeStale(incoming);
    return new FileBlobs(directory);
  }

  async put(content: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const temporary = join(this.#directory, INCOMING, randomUUID());
    try {
      const stored = await write(temporary, content);
      const path = this.#pathOf(stored.sha256);
      await this.#ensureDirectory(dirname(path));
      // Also over an equal one: that heals a damaged blob, and readers of the old one keep it.
      await rename(temporary, path);
      await flushDirectory(dirname(path));
      return stored;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async *get(sha256: string): AsyncGenerator<Uint8Array> {
    const file = createReadStream(this.#pathOf(checkedHash(sha256)), { highWaterMark: 256 * 1024 });
    yield* verified(sha256, readable(sha256, file as AsyncIterable<Buffer>));
  }

  async exists(sha256: string): Promise<boolean> {
    return await stat(this.#pathOf(checkedHash(sha256))).then(
      (stats) => stats.isFile(),
      (error: unknown) => {
        if (isAbsent(error)) return false;
        throw blobUnavailable(sha256, 'cannot be looked at', error);
      },
    );
  }

  async delete(sha256: string): Promise<void> {
    await rm(this.#pathOf(checkedHash(sha256)), { force: true });
  }

  async *list(): AsyncGenerator<ListedBlob> {
    for (const start of await readdir(this.#directory).catch(notListed)) {
      if (start.length !== 2) continue;
      for (const rest of await readdir(join(this.#directory, start)).catch(notListed)) {
        const sha256 = `${start}${rest}`;
        if (!isHash(sha256)) continue;
        const stats = await stat(this.#pathOf(sha256)).catch(() => undefined);
        if (stats !== undefined) yield { sha256, ageMs: Date.now() - stats.mtimeMs };
      }
    }
  }

  async #ensureDirectory(directory: string): Promise<void> {
    const made = await mkdir(directory, { mode: 0o700 }).then(
      () => true,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      },
    );
    if (made) await flushDirectory(this.#directory);
  }

  #pathOf(sha256: string): string {
    return join(this.#directory, sha256.slice(0, 2), sha256.slice(2));
  }
}

async function write(path: string, content: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600).catch(notWritten);
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      await file.writeFile(chunk).catch(notWritten);
    }
    await file.sync().catch(notWritten);
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** A full disk, mostly. What the content itself throws is left as it is. */
function notWritten(error: unknown): never {
  throw blobUnavailable('', 'cannot be written', error);
}

function notListed(error: unknown): never {
  throw blobUnavailable('', 'cannot be listed', error);
}

async function* readable(
  sha256: string,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw blobUnavailable(sha256, isAbsent(error) ? 'is not there' : 'cannot be read', error);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

async function flushDirectory(directory: string): Promise<void> {
  const handle: FileHandle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What processes that died left in a directory for files that are on their way. */
export async function removeStale(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) {
      await rm(path, { force: true });
    }
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
