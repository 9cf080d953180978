import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, stat, truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { JudgeError } from '../../errors.js';
import { guardServer } from './guard.js';
import { chooseHome, homeInUse, programsHome, proveReach, type ServerHome } from './home.js';
import { ends, findPostmaster, isServerOf } from './postmaster.js';
import { providePrograms } from './programs.js';
import {
  provideData,
  SERVER_ENVIRONMENT,
  socketDirectoryFor,
  writeAccessRules,
} from './server-files.js';
import { serverArguments } from './server-settings.js';
import { chooseServerUser, type ServerUser } from './server-user.js';
import { answerOf, DATABASE, databaseUrl, provideDatabase } from './server-connection.js';

/**
 * A PostgreSQL server of our own: real programs, its own data, a unix socket only.
 *
 *   absent ──initdb──► data ──spawn──► starting ──answers──► ready ──SIGINT──► data
 *                        ▲                 │ refuses: another's last processes still run (retried)
 *                        └──── killed ◄────┘
 *
 * A server that lives already, because whoever started it was killed, is taken over. Its pid file is
 * never touched: PostgreSQL knows best. Whoever calls holds the lock of the data directory.
 */
export interface EmbeddedPostgres {
  /** In the form of DATABASE_URL. */
  readonly url: string;
  readonly pid: number;
  readonly home: ServerHome;
  /** Whom it runs as. */
  readonly user: string;
  /** The data were made by this start. */
  readonly isNew: boolean;
  /** Does it live? */
  isAlive(): Promise<boolean>;
  /** Ends it in order: transactions are rolled back, everything is written. */
  stop(): Promise<void>;
}

export interface StartPostgresOptions {
  /** Absolute, and there. */
  readonly dataDirectory: string;
  /** Told what takes its time. */
  readonly onStep?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** A server that does not come up refuses at once, or recovers after a crash for as long as it takes. */
const SILENT_DEADLINE_MS = 60_000;
const RECOVERY_DEADLINE_MS = 30 * 60_000;
/** After kill -9 of the server its last processes hold the data for some seconds. */
const RETRY_FOR_MS = 20_000;
const RETRY_EVERY_MS = 250;
const OCCUPIED = /pre-existing shared memory block|lock file .* already exists|already in use/;
const FAST_STOP_DEADLINE_MS = 60_000;
const IMMEDIATE_STOP_DEADLINE_MS = 30_000;
const POLL_MS = 25;
const MAX_LOG_BYTES = 16 * 2 ** 20;
const LOG_LINES_SHOWN = 10;

/**
 * Starts the server of the data directory, or takes over the one that lives.
 * @throws JudgeError `database-unavailable` with the end of the server's log.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDirectory, onStep = () => undefined } = options;
  const used = await homeInUse(dataDirectory);
  const user = await chooseServerUser(used?.data);
  const home = used ?? (await chooseHome(dataDirectory, user));
  const programs = await providePrograms(await programsHome(home, user));
  if (used === undefined) onStep('making the database');
  await provideData(home.data, programs, user);
  await proveReach(home, user);
  const pid = (await takeOver(home)) ?? (await launch(programs.postgres, home, user, options));
  return { ...(await running(pid, home, user)), isNew: used === undefined };
}

/** The address of the server that lives and has our database, whoever started it. */
export async function findPostgres(dataDirectory: string): Promise<string | undefined> {
  const home = await homeInUse(dataDirectory);
  const postmaster = home === undefined ? undefined : await findPostmaster(home.data);
  if (postmaster?.status !== 'ready') return undefined;
  const { socketDirectory } = postmaster;
  const isReady = (await answerOf(socketDirectory, DATABASE)) === 'ready';
  return isReady ? databaseUrl(socketDirectory) : undefined;
}

async function running(
  pid: number,
  home: ServerHome,
  user: ServerUser,
): Promise<Omit<EmbeddedPostgres, 'isNew'>> {
  const endGuard = await guardServer(home.data, user);
  const socketDirectory = await socketDirectoryFor(home.data, user);
  await provideDatabase(socketDirectory);
  return {
    url: databaseUrl(socketDirectory),
    pid,
    home,
    user: user.name,
    isAlive: () => isServerOf(pid, home.data),
    stop: async () => {
      await stopServer(pid, home.data);
      endGuard();
    },
  };
}

/** One that is being stopped is waited for. */
async function takeOver({ data }: ServerHome): Promise<number | undefined> {
  const found = await findPostmaster(data);
  if (found === undefined) return undefined;
  if (found.status === 'stopping') {
    await ends(found.pid, data, FAST_STOP_DEADLINE_MS);
    return undefined;
  }
  return (await answers(found.pid, data)) ? found.pid : undefined;
}

async function launch(
  program: string,
  home: ServerHome,
  user: ServerUser,
  { signal, onStep }: StartPostgresOptions,
): Promise<number> {
  const socketDirectory = await socketDirectoryFor(home.data, user);
  await writeAccessRules(home.data, user);
  await trimLog(home.logFile);
  const retryUntil = Date.now() + RETRY_FOR_MS;
  for (;;) {
    signal?.throwIfAborted();
    const logStart = await logSize(home.logFile);
    const pid = await spawnServer(program, serverArguments(home.data, socketDirectory), home, user);
    if (pid !== undefined && (await answers(pid, home.data))) return pid;
    const said = (await readFile(home.logFile)).subarray(logStart).toString();
    if (!OCCUPIED.test(said) || Date.now() > retryUntil) throw startError(said, home);
    onStep?.('waiting for the last processes of a killed database');
    await sleep(RETRY_EVERY_MS);
  }
}

/** A process of its own session: Ctrl-C of a terminal is not meant for it. */
async function spawnServer(
  program: string,
  args: readonly string[],
  home: ServerHome,
  { ids }: ServerUser,
): Promise<number | undefined> {
  const log = openSync(home.logFile, 'a', 0o640);
  try {
    const child = spawn(program, args, {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', log, log],
      detached: true,
      ...ids,
    });
    const failure = await new Promise<Error | undefined>((resolve) => {
      child.once('error', resolve);
      child.once('spawn', () => resolve(undefined));
    });
    if (failure !== undefined) throw startError(failure.message, home);
    child.unref();
    return child.pid;
  } finally {
    closeSync(log);
  }
}

/** @returns false when it ended, or says nothing for too long. */
async function answers(pid: number, data: string): Promise<boolean> {
  const startedAt = Date.now();
  for (;;) {
    const found = await findPostmaster(data);
    const answer = found?.pid === pid ? await answerOf(found.socketDirectory) : 'silent';
    if (answer === 'ready') return true;
    if (!(await isServerOf(pid, data))) return false;
    const deadlineMs = answer === 'starting' ? RECOVERY_DEADLINE_MS : SILENT_DEADLINE_MS;
    if (Date.now() - startedAt > deadlineMs) return false;
    await sleep(POLL_MS);
  }
}

/** Fast, and when something holds that up, at once: what was committed is kept either way. */
async function stopServer(pid: number, data: string): Promise<void> {
  for (const [signal, deadlineMs] of [
    ['SIGINT', FAST_STOP_DEADLINE_MS],
    ['SIGQUIT', IMMEDIATE_STOP_DEADLINE_MS],
  ] as const) {
    if (!(await isServerOf(pid, data))) return;
    process.kill(pid, signal);
    if (await ends(pid, data, deadlineMs)) return;
  }
}

function startError(said: string, { logFile }: ServerHome): JudgeError {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const fatal = lines.find((line) => /(FATAL|PANIC):/.test(line)) ?? lines.at(-1);
  const why = fatal?.replace(/^.*?(FATAL|PANIC): +/, '') ?? 'it says nothing';
  return new JudgeError('database-unavailable', `PostgreSQL does not start: ${why}`, {
    details: [...lines.slice(-LOG_LINES_SHOWN), `The whole log: ${logFile}`],
  });
}

async function logSize(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The server appends, so that its log may be emptied at any time. */
export async function trimLog(file: string): Promise<void> {
  if ((await logSize(file)) > MAX_LOG_BYTES) await truncate(file);
}
