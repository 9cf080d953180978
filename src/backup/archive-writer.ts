import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { dirname } from 'node:path';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { JudgeError } from '../errors.js';
import { MANIFEST_NAME, type EntryManifest, type Manifest } from './manifest.js';

/** Faster than the default by half, larger by a twentieth. */
const GZIP_LEVEL = 4;

/** Writes a backup beside its place, and puts it there when it is whole and on the disk. */
export class ArchiveWriter {
  readonly #pack: Pack;
  readonly #entries: EntryManifest[] = [];

  private constructor(archive: Pack) {
    this.#pack = archive;
  }

  /**
   * @returns what `fill` gave.
   * @throws JudgeError `bad-usage` when the file is there already, or cannot be written.
   */
  static async write<T>(file: string, fill: (archive: ArchiveWriter) => Promise<T>): Promise<T> {
    if (await exists(file)) throw new JudgeError('bad-usage', `${file} is there already`);
    const unfinished = `${file}.${randomUUID()}`;
    const archive = pack();
    // It holds what only administrators may see.
    const output = createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true });
    const written = pipeline(archive, createGzip({ level: GZIP_LEVEL }), output);
    try {
      const filled = fill(new ArchiveWriter(archive)).then((result) => {
        archive.finalize();
        return result;
      });
      const [result] = await Promise.all([filled, written]);
      await rename(unfinished, file);
      await flushDirectory(dirname(file));
      return result;
    } catch (error) {
      archive.destroy();
      await written.catch(() => undefined);
      throw isOfFile(error, unfinished) ? notWritten(file, error) : error;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  async add(name: string, content: Buffer): Promise<void> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.#entries.push({ name, bytes: content.length, sha256 });
    await this.#entry(name, content);
  }

  /** Of known size, and with a hash that whoever gives the content has checked. */
  async addStream(entry: EntryManifest, content: AsyncIterable<Uint8Array>): Promise<void> {
    this.#entries.push(entry);
    const sink = this.#pack.entry({ name: entry.name, size: entry.bytes, mode: 0o600 });
    await pipeline(content, sink);
  }

  async finish(manifest: Omit<Manifest, 'entries'>): Promise<void> {
    const text = JSON.stringify({ ...manifest, entries: this.#entries });
    await this.#entry(MANIFEST_NAME, Buffer.from(text));
  }

  async #entry(name: string, content: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#pack.entry({ name, mode: 0o600 }, content, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isOfFile(error: unknown, path: string): boolean {
  return (error as NodeJS.ErrnoException).path === path || isDiskFull(error);
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function notWritten(file: string, error: unknown): JudgeError {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return new JudgeError('bad-usage', `${file} cannot be written (${code})`, { cause: error });
}

async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
