import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { JudgeError } from '../../errors.js';

/** Makes the file system of a minimal Debian where no registry has an image of it. */
export interface DebootstrapRequest {
  /** Name of the release, such as `trixie`. */
  readonly suite: string;
  readonly mirror: string | undefined;
  /** Why there is no image, for the error when this fails as well. */
  readonly pullProblem: string;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

const DEBOOTSTRAP_DEADLINE_MS = 20 * 60_000;
const INSTALL_DEADLINE_MS = 10 * 60_000;
const LAST_LINES = 15;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Root's PATH need not have sbin, where debootstrap is. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** What no program of a container needs; dpkg keeps its own records elsewhere. */
const LEFT_OUT = [
  './dev/*',
  './proc/*',
  './sys/*',
  './run/*',
  './usr/share/doc/*',
  './usr/share/info/*',
  './usr/share/locale/*',
  './usr/share/man/*',
  './var/cache/apt/*.bin',
  './var/cache/apt/archives/*.deb',
  './var/lib/apt/lists/*',
  './var/log/*',
];

/**
 * Runs debootstrap (installed by apt if need be) and hands the result to `use` as a tar archive.
 * @throws JudgeError `image-build-failed` with the commands that would mend it.
 */
export async function debootstrap(
  request: DebootstrapRequest,
  use: (archive: Readable) => Promise<void>,
): Promise<void> {
  await ensureInstalled(request);
  const directory = await mkdtemp(join(tmpdir(), 'minos-base-'));
  try {
    const { suite, mirror } = request;
    const keyring = (await exists(KEYRING)) ? [`--keyring=${KEYRING}`] : [];
    await run(
      request,
      [
        'debootstrap',
        '--variant=minbase',
        ...keyring,
        suite,
        directory,
        ...(mirror ? [mirror] : []),
      ],
      DEBOOTSTRAP_DEADLINE_MS,
    );
    await addSecurityUpdates(directory, suite);
    await archive(request, directory, use);
  } finally {
    // Should debootstrap have died with /proc mounted below, then that must stay whole.
    await once(spawn('rm', ['-rf', '--one-file-system', directory]), 'close');
  }
}

async function ensureInstalled(request: DebootstrapRequest): Promise<void> {
  requireRoot(request);
  if (await isOnPath('debootstrap')) return;
  if (!(await isOnPath('apt-get'))) throw cannotMake(request, 'debootstrap is not installed');
  request.report('installing debootstrap with apt-get');
  await run(request, ['apt-get', 'update', '-q'], INSTALL_DEADLINE_MS);
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends'] as const;
  await run(request, [...install, 'debootstrap', 'debian-archive-keyring'], INSTALL_DEADLINE_MS);
}

function requireRoot(request: DebootstrapRequest): void {
  if (process.getuid?.() !== 0) throw cannotMake(request, 'debootstrap needs root');
}

function cannotMake({ suite, pullProblem }: DebootstrapRequest, reason: string): JudgeError {
  return new JudgeError('image-build-failed', `cannot make the base image: ${reason}`, {
    details: [
      `The registry: ${pullProblem}`,
      'Do one of these, then try again:',
      `  sudo apt-get install debootstrap   # and run as root`,
      `  docker pull debian:${suite}-slim`,
      '  set images.base in judge.config.yaml to an image that your engine has',
    ],
  });
}

/** debootstrap knows the release itself; its updates lie beside it on the same mirror. */
async function addSecurityUpdates(directory: string, suite: string): Promise<void> {
  const path = join(directory, 'etc/apt/sources.list');
  const main = new RegExp(`^deb (\\S+/debian)/? ${suite} main`, 'm').exec(
    await readFile(path, 'utf8'),
  );
  if (main?.[1] === undefined) return;
  const lines = [
    `deb ${main[1]} ${suite} main`,
    `deb ${main[1]} ${suite}-updates main`,
    `deb ${main[1]}-security ${suite}-security main`,
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
}

async function archive(
  request: DebootstrapRequest,
  directory: string,
  use: (archive: Readable) => Promise<void>,
): Promise<void> {
  const excludes = LEFT_OUT.map((pattern) => `--exclude=${pattern}`);
  const command = ['-C', directory, '--numeric-owner', '--sort=name', ...excludes, '-c', '.'];
  const child = spawn('tar', command, { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    await use(child.stdout);
  } finally {
    child.kill();
  }
  const [exitCode] = await closed;
  if (exitCode !== 0) throw cannotMake(request, `tar exited with ${String(exitCode)}`);
}

/** Runs a command to its end, reporting each line. */
async function run(
  request: DebootstrapRequest,
  [name, ...rest]: readonly [string, ...string[]],
  deadlineMs: number,
): Promise<void> {
  const timeout = AbortSignal.timeout(deadlineMs);
  const { signal } = request;
  const child = spawn(name, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: searchPath().join(delimiter), DEBIAN_FRONTEND: 'noninteractive' },
    // SIGTERM lets debootstrap unmount what it mounted.
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      request.report(line);
    });
  }
  const exitCode = await exitOf(child);
  if (signal?.aborted === true) throw signal.reason;
  if (timeout.aborted)
    throw cannotMake(request, `${name} took longer than ${deadlineMs / 60_000} min`);
  if (exitCode !== 0) {
    const problem = cannotMake(request, `${name} exited with ${String(exitCode)}`);
    throw new JudgeError(problem.code, problem.message, {
      details: [...lastLines, ...problem.details],
    });
  }
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => {
    child.once('error', () => {
      // An abort, or no such program: `close` follows in either case, and tells the exit code.
    });
    child.once('close', resolve);
  });
}

function searchPath(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...SBIN].filter((path) => path !== '');
}

async function isOnPath(program: string): Promise<boolean> {
  for (const directory of searchPath()) {
    if (await exists(join(directory, program))) return true;
  }
  return false;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
