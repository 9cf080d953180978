import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DefaultLimits } from '../../../src/config/config.js';
import type { ByteSource } from '../../../src/judging/bytes.js';
import type { ProblemPackage } from '../../../src/problems/problem-package.js';
import { readPackage } from '../../../src/problems/read-package.js';
import { LANGUAGES } from './language-table.js';

const MIB = 2 ** 20;

export const DEFAULT_LIMITS: DefaultLimits = {
  outputBytes: 8 * MIB,
  codeBytes: 128 * 1024,
  compilationCpuTimeMs: 60_000,
  compilationMemoryBytes: 2048 * MIB,
  validationCpuTimeMs: 60_000,
  validationMemoryBytes: 2048 * MIB,
  validationOutputBytes: 8 * MIB,
};

/** A file's text or bytes, a link's target, or a program's text with its executable bit. */
export type Content = string | Uint8Array | { readonly link: string } | { readonly run: string };
export type Files = Readonly<Record<string, Content>>;

/** The smallest package there is: one sample, one secret case, one accepted submission. */
export const SMALL: Files = {
  'data/sample/1.in': '1\n',
  'data/sample/1.ans': 'one\n',
  'data/secret/1.in': '2\n',
  'data/secret/1.ans': 'two\n',
  'submissions/accepted/a.py': 'print("one")\n',
};

/** Writes files into a directory `name` that is gone when the test ends. */
export async function writeFiles(files: Files, name = 'small'): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'minos-package-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const root = join(parent, name);
  await mkdir(root);
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) {
      await writeFile(target, content);
    } else if ('link' in content) {
      await symlink(content.link, target);
    } else {
      await writeFile(target, content.run);
      await chmod(target, 0o755);
    }
  }
  return root;
}

export function read(directory: string): Promise<ProblemPackage> {
  return readPackage(directory, { languages: LANGUAGES, defaultLimits: DEFAULT_LIMITS });
}

/** Reads the small package with these files over it. */
export async function readWith(files: Files): Promise<ProblemPackage> {
  return read(await writeFiles({ ...SMALL, ...files }));
}

/** The error message of reading the small package with these files over it, without its directory. */
export async function errorWith(files: Files): Promise<string> {
  return errorIn(await writeFiles({ ...SMALL, ...files }));
}

/** The error message of reading a package, without its directory. */
export async function errorIn(directory: string): Promise<string> {
  const message = await errorOf(read(directory));
  if (!message.startsWith(`${directory}: `)) throw new Error(`no directory in ${message}`);
  return message.slice(directory.length + 2);
}

export async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'JudgeError') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export async function textOf(source: ByteSource): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The notices as `FILE KEY: MESSAGE`. */
export function noticesOf({ notices }: ProblemPackage): readonly string[] {
  return notices.map(({ file, key, message }) =>
    key === undefined ? `${file}: ${message}` : `${file} ${key}: ${message}`,
  );
}
