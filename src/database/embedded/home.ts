import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JudgeError } from '../../errors.js';
import { runAs } from './server-files.js';
import type { ServerUser } from './server-user.js';

/** Where the server's data are. */
export interface ServerHome {
  readonly data: string;
  readonly logFile: string;
}

/** For data directories that the server's user cannot reach. */
const MACHINE_HOME = '/var/lib/minos';

/** The two places where the data may be, the first preferred. */
export async function possibleHomes(
  dataDirectory: string,
): Promise<readonly [own: ServerHome, machine: ServerHome]> {
  const real = await realpath(dataDirectory);
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const elsewhere = join(MACHINE_HOME, 'databases', hash);
  return [
    { data: join(real, 'postgres'), logFile: join(real, 'postgres.log') },
    {
      data: join(elsewhere, 'postgres'),
      logFile: join(elsewhere, 'postgres.log'),
    },
  ];
}

/** @returns the one of them that holds data; a place that was chosen once stays the place. */
export async function homeInUse(dataDirectory: string): Promise<ServerHome | undefined> {
  for (const home of await possibleHomes(dataDirectory)) {
    const isThere = await stat(home.data).then(
      () => true,
      () => false,
    );
    if (isThere) return home;
  }
  return undefined;
}

/**
 * The data directory, unless we are root and the server's user cannot get there: then a place of
 * the machine, named by the data directory's path.
 * @throws JudgeError `database-unavailable`
 */
export async function chooseHome(dataDirectory: string, user: ServerUser): Promise<ServerHome> {
  const [own, machine] = await possibleHomes(dataDirectory);
  if (user.ids === undefined || (await canReach(user, dirname(own.data)))) return own;
  try {
    await makeOpenDirectory(MACHINE_HOME);
    await makeOpenDirectory(join(MACHINE_HOME, 'databases'));
    await makeOpenDirectory(dirname(machine.data));
  } catch (error) {
    throw unreachable(user, [dirname(own.data), MACHINE_HOME], error);
  }
  if (await canReach(user, dirname(machine.data))) return machine;
  throw unreachable(user, [dirname(own.data), MACHINE_HOME]);
}

/** Where the programs are copied to: for root one place of the machine, else beside the data. */
export async function programsHome(home: ServerHome, user: ServerUser): Promise<string> {
  if (user.ids === undefined) return dirname(home.data);
  const made = await makeOpenDirectory(MACHINE_HOME).then(
    () => true,
    () => false,
  );
  return made && (await canReach(user, MACHINE_HOME)) ? MACHINE_HOME : dirname(home.data);
}

/** @throws JudgeError `database-unavailable` when data that are there are out of the user's reach. */
export async function proveReach(home: ServerHome, user: ServerUser): Promise<void> {
  if (!(await canReach(user, home.data))) throw unreachable(user, [home.data]);
}

function unreachable(user: ServerUser, places: readonly string[], cause?: unknown): JudgeError {
  return new JudgeError(
    'database-unavailable',
    `PostgreSQL runs as ${user.name}, who cannot reach ${places.join(' or ')}`,
    { cause, details: ['Open the directories above it to that user (chmod o+x).'] },
  );
}

async function canReach(user: ServerUser, directory: string): Promise<boolean> {
  return (await runAs(user, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory])).exitCode === 0;
}

/** One to go through, whatever our umask. */
async function makeOpenDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { mode } = await stat(directory);
  if ((mode & 0o111) !== 0o111) await chmod(directory, (mode & 0o777) | 0o711);
}
