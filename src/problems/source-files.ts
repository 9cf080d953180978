import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { JudgeError } from '../errors.js';
import type { StagedFile } from '../judging/bytes.js';
import { totalBytes } from '../judging/bytes.js';
import { fileSource } from './file-source.js';
import { isPlainName, PLAIN_NAME_RULE, printable } from './plain-name.js';

const MAX_FILES = 256;
const MAX_DEPTH = 8;

/**
 * The source files of a submission given as files, or as one directory.
 * @throws JudgeError `bad-source` for what is missing, no regular file, or has no plain name;
 *   `code-limit-exceeded` when the files together are larger than the limit.
 */
export async function readSourceFiles(
  paths: readonly string[],
  codeLimitBytes: number,
): Promise<readonly StagedFile[]> {
  const [first, ...others] = paths;
  if (first === undefined) throw new JudgeError('bad-usage', 'no source file is given');
  const files =
    others.length === 0 && (await lookAt(first)).isDirectory()
      ? await directoryFiles(first)
      : await namedFiles(paths);
  checkSize(files, codeLimitBytes);
  return files;
}

function checkSize(files: readonly StagedFile[], codeLimitBytes: number): void {
  const bytes = totalBytes(files);
  if (bytes <= codeLimitBytes) return;
  const [name = ''] = files.map((file) => file.name);
  const what = files.length === 1 ? printable(name) : `the ${files.length} source files together`;
  throw new JudgeError(
    'code-limit-exceeded',
    `${what}: ${bytes} bytes are more than the code limit of ${codeLimitBytes / 1024} KiB`,
  );
}

async function namedFiles(paths: readonly string[]): Promise<readonly StagedFile[]> {
  const files = new Map<string, StagedFile>();
  for (const path of paths) {
    const name = basename(path);
    if ((await lookAt(path)).isDirectory()) {
      throw badSource(path, 'is a directory: give one directory alone, or files');
    }
    if (files.has(name)) throw badSource(path, `a second file of the name ${printable(name)}`);
    files.set(name, await sourceFile(await realpath(path), path, name));
  }
  return [...files.values()];
}

async function directoryFiles(directory: string): Promise<readonly StagedFile[]> {
  const root = await realpath(directory);
  const files: StagedFile[] = [];
  await collect(root, '', { root, shown: directory, files, depth: 0 });
  if (files.length === 0) throw badSource(directory, 'has no file in it');
  return files;
}

interface Collection {
  readonly root: string;
  /** The directory as it was given. */
  readonly shown: string;
  readonly files: StagedFile[];
  readonly depth: number;
}

async function collect(real: string, prefix: string, into: Collection): Promise<void> {
  const { root, shown, files, depth } = into;
  if (depth > MAX_DEPTH) throw badSource(shown, `is more than ${MAX_DEPTH} directories deep`);
  for (const entry of (await readdir(real, { encoding: 'buffer' })).map(decodeName).sort()) {
    // Not of the program: editors and version control leave them.
    if (entry.startsWith('.')) continue;
    const name = `${prefix}${entry}`;
    const path = join(shown, name);
    checkName(entry, path);
    const target = await realpath(join(real, entry)).catch(() => undefined);
    if (target === undefined) throw badSource(path, 'the symbolic link leads nowhere');
    if (!target.startsWith(root + sep))
      throw badSource(path, 'the symbolic link leaves the directory');
    if ((await lookAt(target)).isDirectory()) {
      await collect(target, `${name}/`, { ...into, depth: depth + 1 });
    } else {
      files.push(await sourceFile(target, path, name));
    }
    if (files.length > MAX_FILES) throw badSource(shown, `has more than ${MAX_FILES} files`);
  }
}

/** A name that is no UTF-8 has a character in it that no plain name has. */
function decodeName(name: Buffer): string {
  return name.toString('utf8');
}

async function sourceFile(real: string, path: string, name: string): Promise<StagedFile> {
  checkName(basename(name), path);
  const stats = await lstat(real, { bigint: true });
  if (!stats.isFile()) throw badSource(path, 'is no regular file');
  const content = fileSource({
    realPath: real,
    sizeBytes: Number(stats.size),
    device: stats.dev,
    inode: stats.ino,
    modifiedNs: stats.mtimeNs,
  });
  return { name, executable: false, content };
}

function checkName(name: string, path: string): void {
  if (!isPlainName(name)) {
    throw badSource(path, `is no plain file name: it may have ${PLAIN_NAME_RULE}`);
  }
}

async function lookAt(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw badSource(path, code === 'ENOENT' ? 'there is no such file' : 'cannot be looked at');
  }
}

function badSource(path: string, message: string): JudgeError {
  return new JudgeError('bad-source', `${printable(path)}: ${message}`);
}
