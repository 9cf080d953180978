import { access, readFile, readdir } from 'node:fs/promises';
import { JudgeError } from '../../errors.js';
import type { Progress } from '../progress.js';
import type { RunCommand } from './run-command.js';

const APT_LISTS = '/var/lib/apt/lists';
const INSTALL = [
  'apt-get',
  'install',
  '--yes',
  '--no-install-recommends',
  '-o',
  'DPkg::Lock::Timeout=120',
  'docker.io',
] as const;
/** Where the kernel has it on, the daemon loads its profile with a program of this package. */
const APPARMOR = 'apparmor';
const APPARMOR_SWITCH = '/sys/module/apparmor/parameters/enabled';
const UPDATE = ['apt-get', 'update'] as const;

export async function isDebianLike(): Promise<boolean> {
  return (await exists('/etc/debian_version')) && (await exists('/usr/bin/apt-get'));
}

/**
 * Installs the distribution's Docker Engine. Lists of packages are fetched when there are none, and
 * again when they have aged so far that what they name is gone.
 * @throws JudgeError `engine-unavailable`, with the end of what apt-get said.
 */
export async function installEngine(
  run: RunCommand,
  progress: Progress,
  hasLists: () => Promise<boolean> = hasPackageLists,
): Promise<void> {
  progress.step('installing docker.io with apt-get');
  const onLine = (line: string) => progress.detail(line);
  const command = (await usesAppArmor()) ? ([...INSTALL, APPARMOR] as const) : INSTALL;
  if ((await hasLists()) && (await run(command, onLine)).exitCode === 0) return;

  // A source that fails need not be the one that holds docker.io: the installation decides.
  const update = await run(UPDATE, onLine);
  const install = await run(command, onLine);
  if (install.exitCode === 0) return;
  throw new JudgeError('engine-unavailable', 'docker.io could not be installed', {
    details: [
      ...(update.exitCode === 0 ? [] : update.tail),
      ...install.tail,
      `Run "${UPDATE.join(' ')}" and "apt-get install docker.io" by hand to see more.`,
    ],
  });
}

async function usesAppArmor(): Promise<boolean> {
  return (await readFile(APPARMOR_SWITCH, 'utf8').catch(() => '')).startsWith('Y');
}

async function hasPackageLists(): Promise<boolean> {
  const names = await readdir(APT_LISTS).catch((): string[] => []);
  return names.some((name) => name.includes('_Packages'));
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
