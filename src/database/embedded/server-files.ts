import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { JudgeError } from '../../errors.js';
import type { PostgresPrograms } from './programs.js';
import type { ServerUser } from './server-user.js';

/** The role that owns everything. */
export const ROLE = 'minos';

/** `sun_path` of a socket address has 108 bytes, one of them the end. */
const MAX_SOCKET_PATH_BYTES = 107;
const SOCKET_NAME = '.s.PGSQL.5432';
const TAIL_LINES = 10;

/**
 * Makes the data directory unless it is there. Under another name first: what a crash leaves is never
 * taken for a database.
 * @throws JudgeError `database-unavailable`
 */
export async function provideData(
  data: string,
  programs: PostgresPrograms,
  user: ServerUser,
): Promise<void> {
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) {
    checkVersion(Number.parseInt(version, 10), programs, data);
    return;
  }
  await sweepUnfinished(data);
  const unfinished = `${data}.new-${randomUUID()}`;
  await mkdir(unfinished, { mode: 0o700 });
  await give(unfinished, user);
  try {
    await initialise(unfinished, programs, user);
    await rename(unfinished, data);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function checkVersion(major: number, programs: PostgresPrograms, data: string): void {
  if (major === programs.major) return;
  throw new JudgeError(
    'database-unavailable',
    `${data} was written by PostgreSQL ${major}, and this Minos has PostgreSQL ${programs.major}`,
    {
      details: [
        'Make a backup with the Minos that wrote it (./minos backup FILE), move the directory away,',
        'and read the backup with this one (./minos restore FILE).',
      ],
    },
  );
}

async function sweepUnfinished(data: string): Promise<void> {
  const names = await readdir(dirname(data));
  for (const name of names.filter((one) => one.startsWith(`${basename(data)}.new-`))) {
    await rm(join(dirname(data), name), { recursive: true, force: true });
  }
}

async function initialise(
  directory: string,
  programs: PostgresPrograms,
  user: ServerUser,
): Promise<void> {
  const { exitCode, lines } = await runAs(user, programs.initdb, [
    ...['--pgdata', directory, '--username', ROLE, '--encoding', 'UTF8'],
    // The same order of texts on every machine, and no index that a change of libraries breaks.
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--auth-local=peer', '--auth-host=reject', '--no-instructions'],
  ]);
  if (exitCode === 0) return;
  const why =
    lines.find((line) => /(error|FATAL|PANIC):/.test(line)) ?? `it ended with ${exitCode}`;
  const what = why.replace(/^.*?(error|FATAL|PANIC): +/, '');
  throw new JudgeError('database-unavailable', `the database cannot be made: ${what}`, {
    details: lines.slice(-TAIL_LINES),
  });
}

/**
 * Who may connect: over the socket, and as the kernel says who it is, the server's user and root.
 * Written at every start: data may come from another machine.
 */
export async function writeAccessRules(data: string, user: ServerUser): Promise<void> {
  const names = [...new Set(['root', user.name])];
  await writeFor(user, join(data, 'pg_hba.conf'), `local all ${ROLE} peer map=minos\n`);
  await writeFor(
    user,
    join(data, 'pg_ident.conf'),
    names.map((name) => `minos "${name}" ${ROLE}\n`).join(''),
  );
}

export async function writeFor(user: ServerUser, path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await give(unfinished, user);
  await rename(unfinished, path);
}

/**
 * The socket lies in the data directory, which is open to the server's user only (PostgreSQL itself
 * insists); where its path would be too long for a socket, in a directory like it below /tmp.
 */
export async function socketDirectoryFor(data: string, user: ServerUser): Promise<string> {
  if (Buffer.byteLength(join(data, SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES) return data;
  // The last one is used again, so that clients find a server that was started again.
  const note = join(data, 'minos.socket-directory');
  const last = await readFile(note, 'utf8').catch(() => '');
  if (last !== '' && (await isOurs(last, user))) return last;
  const directory = await mkdtemp('/tmp/minos-postgres-');
  await chmod(directory, 0o700);
  await give(directory, user);
  await writeFor(user, note, directory);
  return directory;
}

async function isOurs(directory: string, { ids }: ServerUser): Promise<boolean> {
  return lstat(directory).then(
    (stats) => stats.isDirectory() && stats.uid === (ids?.uid ?? process.getuid?.()),
    () => false,
  );
}

async function give(path: string, { ids }: ServerUser): Promise<void> {
  if (ids !== undefined) await chown(path, ids.uid, ids.gid);
}

/** Nothing of our own environment is the server's business. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C' } as const;

export interface Said {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** Runs a program to its end as the server's user. */
export async function runAs(
  { ids }: ServerUser,
  program: string,
  args: readonly string[],
): Promise<Said> {
  const child = spawn(program, args, {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ids,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exitCode = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      text += `error: ${error.message}\n`;
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 128));
  });
  return { exitCode, lines: text.split('\n').filter((line) => line.trim() !== '') };
}
