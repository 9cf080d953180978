import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { JudgeError } from '../errors.js';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './archive-entries.js';
import type { UnpackOrder } from './archive-worker.js';
import { badPackage } from './package-error.js';
import { isPlainName, printable } from './plain-name.js';
import { moduleBeside, WorkerThread } from './worker-thread.js';

/** Endings of the archives that packages come in. */
const NAME = /\.(zip|kpp|tgz|tar\.gz)$/i;
const DEADLINE_MS = 120_000;
const HEAP_MIB = 256;
const CONTENT = 'content';
/** What some systems put beside the package. */
const NOT_OF_THE_PACKAGE = new Set(['__MACOSX', '.DS_Store']);

export interface UnpackOptions {
  readonly limits?: Partial<ArchiveLimits>;
  readonly deadlineMs?: number;
}

export function isArchiveName(path: string): boolean {
  return NAME.test(path);
}

/**
 * Unpacks a problem package into a new directory below `parent`, in a thread of its own that ends
 * at a deadline and at caps on bytes, entries, depth and ratio.
 * @returns the package's directory, whole; the caller removes `parent` or its part of it.
 * @throws JudgeError `bad-package`, and leaves nothing.
 */
export async function unpackArchive(
  archive: string,
  parent: string,
  { limits, deadlineMs = DEADLINE_MS }: UnpackOptions = {},
): Promise<string> {
  const caps = { ...ARCHIVE_LIMITS, ...limits };
  const kind = await kindOf(archive, caps.archiveBytes);
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, '.unpacking-'));
  await using thread = new WorkerThread<UnpackOrder, undefined>({
    module: moduleBeside(import.meta.url, './archive-worker'),
    what: 'unpacking the archive',
    deadlineMs,
    memoryMib: HEAP_MIB,
  });
  try {
    const content = join(directory, CONTENT);
    await mkdir(content);
    await thread.call({ archive, kind, directory: content, limits: caps });
    return await publish(content, directory, archive);
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
    throw named(archive, error);
  }
}

/** Gives the package its name: of its one directory, else of the archive. */
async function publish(content: string, directory: string, archive: string): Promise<string> {
  const names = (await readdir(content)).filter((name) => !NOT_OF_THE_PACKAGE.has(name));
  const [only, ...others] = names;
  if (only === undefined) throw badPackage('.', 'the archive is empty');
  const inner = join(content, only);
  const wrapped = others.length === 0 && (await stat(inner)).isDirectory();
  const name = wrapped ? only : basename(archive).replace(NAME, '');
  const root = join(directory, isPlainName(name) && name !== CONTENT ? name : 'package');
  await rename(wrapped ? inner : content, root);
  // What is left beside it is not of the package.
  if (wrapped) await rm(content, { recursive: true, force: true });
  return root;
}

/** By its first bytes: a name is what somebody says. */
async function kindOf(archive: string, mostBytes: number): Promise<UnpackOrder['kind']> {
  let file;
  try {
    file = await open(archive);
  } catch {
    throw badPackage(archive, 'there is no such package');
  }
  try {
    const { size } = await file.stat();
    if (size > mostBytes) {
      throw badPackage(archive, `is larger than ${mostBytes / 2 ** 20} MiB`);
    }
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.subarray(0, 2).toString('latin1') === 'PK') return 'zip';
    if (buffer[0] === 0x1f && buffer[1] === 0x8b) return 'tar.gz';
    throw badPackage(archive, 'is neither a zip nor a tar.gz archive');
  } finally {
    await file.close();
  }
}

function named(archive: string, error: unknown): unknown {
  if (!(error instanceof JudgeError)) return error;
  const { code, message, details } = error;
  return new JudgeError(code, `${printable(archive)}: ${message}`, { cause: error, details });
}
