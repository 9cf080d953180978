import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JudgeError } from '../errors.js';
import type { ByteSource } from '../judging/bytes.js';
import { isArchiveName, unpackArchive } from '../problems/archive.js';
import { printable } from '../problems/plain-name.js';
import { readSourceFiles } from '../problems/source-files.js';
import type { SourceFile } from './source-file.js';

const MIB = 2 ** 20;
/** Sources are small: what needs more is something else. */
const LIMITS = { archiveBytes: 16 * MIB, unpackedBytes: 32 * MIB, entries: 1000, depth: 10 };
const DEADLINE_MS = 10_000;
/** Threads at once; others wait. */
const AT_ONCE = 2;
/** Unpacking takes seconds; what is older was left by a process that died. */
const STALE_MS = 10 * 60_000;

/** Puts the files of archives in the place of the archives. */
export class SourceUnpacker {
  readonly #directory: string;
  readonly #waiting: (() => void)[] = [];
  #free = AT_ONCE;

  /** @param directory of our own; archives lie in directories below it while they are read. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws JudgeError `bad-source` or `code-limit-exceeded`, and leaves nothing. */
  async expand(
    files: readonly SourceFile[],
    codeLimitBytes: number,
  ): Promise<readonly SourceFile[]> {
    if (!files.some(({ name }) => isArchiveName(name))) return files;
    const expanded: SourceFile[] = [];
    for (const file of files) {
      if (isArchiveName(file.name)) expanded.push(...(await this.#inTurn(file, codeLimitBytes)));
      else expanded.push(file);
    }
    return expanded;
  }

  async #inTurn(archive: SourceFile, codeLimitBytes: number): Promise<readonly SourceFile[]> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#unpack(archive, codeLimitBytes);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  async #unpack(archive: SourceFile, codeLimitBytes: number): Promise<readonly SourceFile[]> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await this.#removeStale();
    const own = await mkdtemp(join(this.#directory, 'source-'));
    try {
      const path = join(own, '.archive');
      await writeFile(path, archive.content, { mode: 0o600 });
      const root = await unpackArchive(path, own, { limits: LIMITS, deadlineMs: DEADLINE_MS });
      const files = await readSourceFiles([root], codeLimitBytes);
      return await Promise.all(
        files.map(async ({ name, content }) => ({ name, content: await bytesOf(content) })),
      );
    } catch (error) {
      throw ofArchive(archive.name, own, error);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  async #removeStale(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const stats = await stat(path).catch(() => undefined);
      if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}

async function bytesOf(source: ByteSource): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The readers speak of a package, and of paths of this machine. */
function ofArchive(name: string, own: string, error: unknown): unknown {
  if (!(error instanceof JudgeError) || error.httpStatus >= 500) return error;
  const inner = error.cause instanceof JudgeError ? error.cause : error;
  const shown = printable(name);
  const message = inner.message
    .replaceAll(/\S*\/\.unpacking-[^/\s]*\/[^/\s:]*/g, shown)
    .replaceAll(own, shown)
    .replace(/^\.: /, '');
  const code = error.code === 'bad-package' ? 'bad-source' : error.code;
  const told = message.startsWith(shown) ? message : `${shown}: ${message}`;
  return new JudgeError(code, told, { cause: error });
}
