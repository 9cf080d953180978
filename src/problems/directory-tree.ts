import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { JudgeError } from '../errors.js';
import { badPackage } from './package-error.js';
import type { LossReport } from './package-notice.js';
import type { PackageDirectory, PackageEntry, PackageFile } from './package-tree.js';
import { hasUnprintableCharacters, printable } from './plain-name.js';

const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 32;
/** Links to directories multiply what lies below; groups that repeat cases have a few. */
const MAX_DIRECTORY_LINKS = 1000;

/** For preparing a problem, not for judging; the engine never looks into them. */
const UNREAD = new Set([
  'answer_validators',
  'generators',
  'input_format_validators',
  'input_validators',
  'input_visualizer',
  'output_visualizer',
  'solution',
]);

/**
 * What judging and solvers see. Elsewhere in a package, such as a `problem.pdf` that a build puts
 * beside it, what cannot be read is left out with a notice.
 */
export const NEEDED = new Set([
  '.timelimit',
  'attachments',
  'data',
  'domjudge-problem.ini',
  'include',
  'output_validator',
  'output_validators',
  'problem.yaml',
  'problem_statement',
  'statement',
  'submissions',
  'submissions.json',
]);

/** Names with a leading dot are not of the package (2025-09 "General requirements"), but this. */
const DOT_FILES = new Set(['.timelimit']);

/**
 * Looks at everything in a package's directory without opening a file. Symbolic links are resolved
 * inside the package.
 * @throws JudgeError `bad-package` for a link that leaves the package, a loop, anything that is
 *   neither file nor directory, a name that is no plain text, and too many or too deep entries.
 */
export async function readDirectoryTree(
  root: string,
  report: LossReport,
): Promise<PackageDirectory> {
  const walk = new Walk(root, report);
  return { kind: 'directory', path: '', name: '', entries: await walk.entries(root, '', [root]) };
}

/**
 * The package's directory with every symbolic link resolved.
 * @throws JudgeError `bad-package` when it is none.
 */
export async function packageRoot(directory: string): Promise<string> {
  let root: string;
  let stats: BigIntStats;
  try {
    root = await realpath(directory);
    stats = await stat(root, { bigint: true });
  } catch {
    throw badPackage(directory, 'there is no such package');
  }
  if (stats.isDirectory()) return root;
  throw badPackage(directory, 'is neither a directory nor a zip or tar.gz archive');
}

class Walk {
  readonly #root: string;
  readonly #report: LossReport;
  #count = 0;
  #directoryLinks = 0;

  constructor(root: string, report: LossReport) {
    this.#root = root;
    this.#report = report;
  }

  /** @param above real paths of the directories that this one lies in, itself included. */
  async entries(
    realPath: string,
    path: string,
    above: readonly string[],
  ): Promise<readonly PackageEntry[]> {
    if (above.length > MAX_DEPTH) {
      throw badPackage(path, `lies more than ${MAX_DEPTH} directories deep`);
    }
    const names = (await this.#names(realPath, path)).filter((name) => this.#isRead(path, name));
    this.#count += names.length;
    if (this.#count > MAX_ENTRIES) {
      throw badPackage(path || '.', `the package has more than ${MAX_ENTRIES} files`);
    }
    const entries: PackageEntry[] = [];
    for (const name of names) {
      const entry = await this.#neededEntry(realPath, path, name, above);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  async #neededEntry(
    realParent: string,
    parent: string,
    name: string,
    above: readonly string[],
  ): Promise<PackageEntry | undefined> {
    try {
      return await this.#entry(realParent, parent, name, above);
    } catch (error) {
      const needed = parent !== '' || NEEDED.has(name);
      if (needed || !(error instanceof JudgeError)) throw error;
      this.#report.add(name, `is not used: ${error.message}`);
      return undefined;
    }
  }

  async #names(realPath: string, path: string): Promise<readonly string[]> {
    let names: Buffer[];
    try {
      names = await readdir(realPath, { encoding: 'buffer' });
    } catch {
      throw badPackage(path || '.', 'the directory cannot be read');
    }
    return names.map((name) => decodeName(name, path)).sort();
  }

  #isRead(path: string, name: string): boolean {
    if (name.startsWith('.')) return path === '' && DOT_FILES.has(name);
    return path !== '' || !UNREAD.has(name);
  }

  async #entry(
    realParent: string,
    parent: string,
    name: string,
    above: readonly string[],
  ): Promise<PackageEntry> {
    const path = parent === '' ? name : `${parent}/${name}`;
    checkName(name, path);
    let realPath = join(realParent, name);
    let stats = await look(realPath, path);
    if (stats.isSymbolicLink()) {
      realPath = await this.#resolve(realPath, path);
      stats = await look(realPath, path);
      if (stats.isDirectory()) this.#checkDirectoryLink(realPath, path, above);
    }
    if (stats.isDirectory()) {
      const entries = await this.entries(realPath, path, [...above, realPath]);
      return { kind: 'directory', path, name, entries };
    }
    if (!stats.isFile()) throw badPackage(path, 'is neither a file nor a directory');
    return fileEntry(path, name, realPath, stats);
  }

  #checkDirectoryLink(realPath: string, path: string, above: readonly string[]): void {
    if (above.includes(realPath)) {
      throw badPackage(path, 'the symbolic link points to a directory it lies in');
    }
    this.#directoryLinks += 1;
    if (this.#directoryLinks > MAX_DIRECTORY_LINKS) {
      throw badPackage(
        path,
        `the package has more than ${MAX_DIRECTORY_LINKS} links to directories`,
      );
    }
  }

  async #resolve(link: string, path: string): Promise<string> {
    let target: string;
    try {
      target = await realpath(link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ELOOP') {
        throw badPackage(path, 'the symbolic link points to itself');
      }
      const missing = resolve(dirname(link), await readlink(link));
      const where = this.#isInside(missing) ? 'leads nowhere' : 'leaves the package';
      throw badPackage(path, `the symbolic link ${where}`);
    }
    if (!this.#isInside(target)) throw badPackage(path, 'the symbolic link leaves the package');
    return target;
  }

  #isInside(realPath: string): boolean {
    return realPath === this.#root || realPath.startsWith(this.#root + sep);
  }
}

/** Jury submissions try odd names out on purpose; what is odd there is left out later, with a notice. */
function checkName(name: string, path: string): void {
  if (hasUnprintableCharacters(name)) {
    throw badPackage(path, 'the name has a control character in it');
  }
  if (name.includes('\\') && !path.startsWith('submissions/')) {
    throw badPackage(path, 'the name has a backslash in it');
  }
}

function decodeName(name: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    const shown = printable(`${path === '' ? '' : `${path}/`}${name.toString('latin1')}`);
    throw badPackage(shown, 'the name is not UTF-8');
  }
}

async function look(realPath: string, path: string): Promise<BigIntStats> {
  try {
    return await lstat(realPath, { bigint: true });
  } catch {
    throw badPackage(path, 'cannot be looked at');
  }
}

function fileEntry(path: string, name: string, realPath: string, stats: BigIntStats): PackageFile {
  return {
    kind: 'file',
    path,
    name,
    realPath,
    executable: (stats.mode & 0o111n) !== 0n,
    sizeBytes: Number(stats.size),
    device: stats.dev,
    inode: stats.ino,
    modifiedNs: stats.mtimeNs,
  };
}
