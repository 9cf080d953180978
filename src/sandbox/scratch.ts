import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { EMPTY_SOURCE, type ByteSource } from '../judging/bytes.js';
import { SandboxFailure, type Scratch, type Spool } from '../judging/ports.js';
import { isDead, thisOwner } from './owner.js';

/**
 * Spools as files of a directory of our own, named for the process; directories of processes that
 * died are removed by whoever opens the scratch next.
 */
export class FileScratch implements Scratch, AsyncDisposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(parent: string): Promise<FileScratch> {
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      if (await isDead(name)) await rm(join(parent, name), { recursive: true, force: true });
    }
    const directory = join(parent, await thisOwner());
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new FileScratch(directory);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous; the file is made at the first byte
  async open(): Promise<Spool> {
    return new FileSpool(join(this.#directory, randomUUID()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

class FileSpool implements Spool {
  readonly #path: string;
  #file: FileHandle | undefined;
  #sizeBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      this.#file ??= await open(this.#path, 'wx', 0o600);
      await this.#file.appendFile(chunk);
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      throw new SandboxFailure(`team output cannot be kept on disk: ${code}`, { cause: error });
    }
    this.#sizeBytes += chunk.byteLength;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous; the bytes are on disk already
  async source(): Promise<ByteSource> {
    const path = this.#path;
    const sizeBytes = this.#sizeBytes;
    if (sizeBytes === 0) return EMPTY_SOURCE;
    return {
      sizeBytes,
      read: () => createReadStream(path, { end: sizeBytes - 1 }) as AsyncIterable<Buffer>,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
    await rm(this.#path, { force: true });
  }
}
