import { setTimeout as sleep } from 'node:timers/promises';
import { JudgeError } from '../../errors.js';
import { DEFAULT_DOCKER_HOST } from '../../sandbox/docker/docker-client.js';
import type { Progress } from '../progress.js';
import { answers, engineCandidates, pingProblem } from './engine-address.js';
import { exists, installEngine, isDebianLike } from './install-engine.js';
import { ENGINE_PATHS, engineHost, startEngine, type EnginePaths } from './private-engine.js';
import { MachineLock } from './machine-lock.js';
import { runCommand } from './run-command.js';

const INSTALL_LOCK_DEADLINE_MS = 600_000;
const SERVICE_DEADLINE_MS = 15_000;
const SERVICE_POLL_MS = 250;

export interface FoundEngine {
  /** In the form of DOCKER_HOST. */
  readonly host: string;
  /** Started by this call: whoever starts it for a while stops it afterwards. */
  readonly startedHere: boolean;
}

export interface FindEngineOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `sandbox.engine` of the configuration. */
  readonly configured?: string | undefined;
  readonly progress: Progress;
  readonly paths?: EnginePaths;
}

/** The engine that answers now, if any; starts nothing. */
export async function lookForEngine(options: FindEngineOptions): Promise<string | undefined> {
  const paths = options.paths ?? ENGINE_PATHS;
  const candidates = engineCandidates(options.environment, options.configured, engineHost(paths));
  const hosts = candidates.kind === 'named' ? [candidates.host] : candidates.hosts;
  for (const host of hosts) if (await answers(host)) return host;
  return undefined;
}

/**
 * Finds a Docker Engine: the one that is named, else the usual one, else our own, which is installed
 * and started where that can be done.
 * @throws JudgeError `engine-unavailable` with the commands that mend it.
 */
export async function findEngine(options: FindEngineOptions): Promise<FoundEngine> {
  const paths = options.paths ?? ENGINE_PATHS;
  const candidates = engineCandidates(options.environment, options.configured, engineHost(paths));
  const problems: string[] = [];
  for (const host of candidates.kind === 'named' ? [candidates.host] : candidates.hosts) {
    const problem = await pingProblem(host);
    if (problem === undefined) return { host, startedHere: false };
    problems.push(`${host}: ${problem}`);
  }
  if (candidates.kind === 'named') {
    throw new JudgeError(
      'engine-unavailable',
      `no Docker Engine answers at ${candidates.host}, which ${candidates.by === 'DOCKER_HOST' ? 'DOCKER_HOST' : 'sandbox.engine'} names`,
      {
        details: [...problems, 'Start that engine, or name none: minos then looks for one itself.'],
      },
    );
  }
  if (process.getuid?.() !== 0 || !(await isDebianLike())) throw await cannotStart(problems);
  return provideEngine(paths, options.progress);
}

async function provideEngine(paths: EnginePaths, progress: Progress): Promise<FoundEngine> {
  progress.note('no Docker Engine answers on this machine: setting up one of our own');
  if ((await installUnlessThere(progress)) && (await serviceAnswers())) {
    progress.note('the package started its service: that engine is used');
    return { host: DEFAULT_DOCKER_HOST, startedHere: false };
  }
  const startedHere = await startEngine(paths, progress);
  progress.note(
    `our Docker Engine runs (data in ${paths.dataRoot}); "./minos engine stop" stops it`,
  );
  return { host: engineHost(paths), startedHere };
}

/** @returns whether it was installed here. */
async function installUnlessThere(progress: Progress): Promise<boolean> {
  await using _lock = await MachineLock.acquire('install', INSTALL_LOCK_DEADLINE_MS, () =>
    progress.step('waiting for another minos that installs docker.io'),
  );
  if (await hasDockerd()) return false;
  await installEngine(runCommand, progress);
  return true;
}

/** Under systemd the package starts its own service, which takes a moment. */
async function serviceAnswers(): Promise<boolean> {
  const giveUpAt = Date.now() + ((await exists('/run/systemd/system')) ? SERVICE_DEADLINE_MS : 0);
  for (;;) {
    if (await answers(DEFAULT_DOCKER_HOST)) return true;
    if (Date.now() >= giveUpAt) return false;
    await sleep(SERVICE_POLL_MS);
  }
}

async function hasDockerd(): Promise<boolean> {
  const directories = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin'];
  const found = await Promise.all(directories.map((directory) => exists(`${directory}/dockerd`)));
  return found.includes(true);
}

async function cannotStart(problems: readonly string[]): Promise<JudgeError> {
  const denied = problems.some((problem) => problem.includes('EACCES'));
  return new JudgeError('engine-unavailable', 'no Docker Engine answers on this machine', {
    details: [...problems, ...(await advice(denied))],
  });
}

async function advice(denied: boolean): Promise<readonly string[]> {
  if (denied) {
    return [
      'You may not use the engine that runs here. Either of:',
      '  sudo usermod -aG docker "$USER"     # then log in again; the group is as mighty as root',
      '  sudo ./minos …                      # as root',
    ];
  }
  if (await isDebianLike()) {
    return [
      'Either of:',
      '  sudo ./minos engine start           # installs docker.io and runs a private engine',
      '  sudo apt-get install docker.io && sudo usermod -aG docker "$USER"   # then log in again',
    ];
  }
  return [
    'Install a Docker Engine with the package manager of this system and start it, for example:',
    '  sudo systemctl enable --now docker',
    'or, where an engine listens elsewhere:',
    '  export DOCKER_HOST=unix:///path/to/docker.sock',
  ];
}
