import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JudgeError } from '../../errors.js';
import type { Progress } from '../progress.js';
import { answers } from './engine-address.js';
import { MachineLock } from './machine-lock.js';
import { clearSystemContainerd, endProcess, processRuns } from './processes.js';
import { runCommand, SYSTEM_PATH } from './run-command.js';

/**
 * A Docker Engine of our own, for machines without one: own data root, a unix socket, no bridge and
 * no packet filter rules. All checkouts of a machine share it. It outlives the command that started
 * it, and is known again by its pid file: only a process that was started with that pid file is ever
 * stopped.
 *
 *   absent ──start──► starting ──answers──► running ──stop──► absent
 *                        │ exits, or no answer in time: engine-unavailable with the end of its log
 */
export interface EnginePaths {
  /** Images and containers. */
  readonly dataRoot: string;
  /** Socket, pid file and the runtime's state. */
  readonly runDirectory: string;
  readonly logFile: string;
}

export const ENGINE_PATHS: EnginePaths = {
  dataRoot: '/var/lib/minos/docker',
  runDirectory: '/run/minos',
  logFile: '/var/lib/minos/docker.log',
};

export type EngineState =
  | { readonly kind: 'running'; readonly pid: number }
  /** A process that does not answer. */
  | { readonly kind: 'silent'; readonly pid: number }
  | { readonly kind: 'absent' };

const START_DEADLINE_MS = 90_000;
/** An installation and a start by somebody else. */
const LOCK_DEADLINE_MS = 600_000;
const STOP_DEADLINE_MS = 30_000;
const POLL_MS = 100;
const MAX_LOG_BYTES = 16 * 2 ** 20;
const LOG_LINES_SHOWN = 10;

export function engineSocket(paths: EnginePaths): string {
  return join(paths.runDirectory, 'docker.sock');
}

export function engineHost(paths: EnginePaths): string {
  return `unix://${engineSocket(paths)}`;
}

export async function engineState(paths: EnginePaths): Promise<EngineState> {
  const pid = await enginePid(paths);
  if (pid === undefined) return { kind: 'absent' };
  return { kind: (await answers(engineHost(paths))) ? 'running' : 'silent', pid };
}

/**
 * Starts the engine unless it runs; two callers start one.
 * @returns whether it was started here.
 */
export async function startEngine(paths: EnginePaths, progress: Progress): Promise<boolean> {
  await using _lock = await lockEngine(paths, progress);
  const state = await engineState(paths);
  if (state.kind === 'running') return false;
  progress.step('starting a Docker Engine of our own');
  if (state.kind === 'absent') {
    await clearLeftovers(paths);
    await launch(paths);
  } else {
    await waitForAnswer(paths, () => undefined);
  }
  return true;
}

/** @returns whether there was one to stop. */
export async function stopEngine(paths: EnginePaths, progress: Progress): Promise<boolean> {
  await using _lock = await lockEngine(paths, progress);
  const pid = await enginePid(paths);
  if (pid === undefined) return false;
  progress.step('stopping the Docker Engine');
  await endProcess(pid, STOP_DEADLINE_MS);
  await clearLeftovers(paths);
  return true;
}

async function lockEngine(paths: EnginePaths, progress: Progress): Promise<MachineLock> {
  return MachineLock.acquire(`engine:${paths.runDirectory}`, LOCK_DEADLINE_MS, () =>
    progress.step('waiting for another minos that starts or stops the engine'),
  );
}

async function launch(paths: EnginePaths): Promise<void> {
  await mkdir(paths.dataRoot, { recursive: true, mode: 0o711 });
  await mkdir(dirname(paths.logFile), { recursive: true });
  await mkdir(paths.runDirectory, { recursive: true, mode: 0o755 });
  const size = await stat(paths.logFile).then(
    (file) => file.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await truncate(paths.logFile);

  const log = openSync(paths.logFile, 'a', 0o640);
  const child = spawn('dockerd', engineArguments(paths), {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}` },
    cwd: '/',
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once(
    'exit',
    (code, signal) => (ended = `dockerd ended with ${signal ?? code ?? 'no code'}`),
  );
  await waitForAnswer(paths, () => ended);
  child.removeAllListeners();
  child.unref();
}

export function engineArguments(paths: EnginePaths): readonly string[] {
  return [
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--data-root',
    paths.dataRoot,
    '--exec-root',
    execRoot(paths),
    '--pidfile',
    pidFile(paths),
    '--host',
    engineHost(paths),
    // A containerd of the system may serve another daemon: what is ours is kept apart in it.
    '--containerd-namespace=minos',
    '--containerd-plugins-namespace=minos-plugins',
  ];
}

async function waitForAnswer(paths: EnginePaths, ended: () => string | undefined): Promise<void> {
  const giveUpAt = Date.now() + START_DEADLINE_MS;
  while (!(await answers(engineHost(paths)))) {
    const why =
      ended() ?? (Date.now() > giveUpAt ? `no answer in ${START_DEADLINE_MS / 1000} s` : undefined);
    if (why !== undefined) {
      throw new JudgeError('engine-unavailable', `our Docker Engine did not start: ${why}`, {
        details: [...(await endOfLog(paths)), `The whole log: ${paths.logFile}`],
      });
    }
    await sleep(POLL_MS);
  }
}

async function endOfLog(paths: EnginePaths): Promise<readonly string[]> {
  const log = await readFile(paths.logFile, 'utf8').catch(() => '');
  return log.trimEnd().split('\n').slice(-LOG_LINES_SHOWN);
}

/** The daemon's process id, if the pid file's process is the one that was started with it. */
async function enginePid(paths: EnginePaths): Promise<number | undefined> {
  const pid = await readPid(pidFile(paths));
  return pid !== undefined && (await processRuns(pid, pidFile(paths))) ? pid : undefined;
}

/** What a killed daemon leaves: mounts, a pid file of nobody, a containerd that a new one stumbles over. */
async function clearLeftovers(paths: EnginePaths): Promise<void> {
  const containerdPidFile = join(execRoot(paths), 'containerd', 'containerd.pid');
  const containerdPid = await readPid(containerdPidFile);
  if (containerdPid !== undefined && (await processRuns(containerdPid, execRoot(paths)))) {
    await endProcess(containerdPid, STOP_DEADLINE_MS);
  }
  await rm(containerdPidFile, { force: true });
  await rm(pidFile(paths), { force: true });
  await rm(engineSocket(paths), { force: true });
  await clearSystemContainerd();
  for (const mount of await mountsBelow(paths.dataRoot)) {
    await runCommand(['umount', '--lazy', mount], () => undefined);
  }
}

/** The daemon mounts its data root on itself, and an overlay for each container; deepest first. */
async function mountsBelow(directory: string): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point === directory || point.startsWith(`${directory}/`))
    .reverse();
}

async function readPid(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return pid > 1 ? pid : undefined;
}

function execRoot(paths: EnginePaths): string {
  return join(paths.runDirectory, 'docker-exec');
}

function pidFile(paths: EnginePaths): string {
  return join(paths.runDirectory, 'docker.pid');
}
