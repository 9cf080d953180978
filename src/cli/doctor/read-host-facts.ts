import { readFile, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseCoreList } from '../../sandbox/slots.js';
import type {
  CgroupFacts,
  DiskFacts,
  DriverFacts,
  EngineAbsence,
  EngineFacts,
  HostFacts,
} from './host-facts.js';

const KIB = 2 ** 10;

/** Reads the kernel's files below a root: `/`, or a recording of another machine. */
export async function readHostFacts(
  root: string,
  rest: {
    readonly slots: number;
    readonly dataDirectory: DiskFacts;
    readonly engine: EngineFacts | EngineAbsence;
    readonly driver: DriverFacts;
  },
): Promise<HostFacts> {
  const read = (path: string) => readText(join(root, path));
  const smt = await read('sys/devices/system/cpu/smt/active');
  const governor = await read('sys/devices/system/cpu/cpu0/cpufreq/scaling_governor');
  const corePattern = await read('proc/sys/kernel/core_pattern');
  const namespaces = await read('proc/sys/user/max_user_namespaces');
  const status = (await read('proc/self/status')) ?? '';
  return {
    kernelRelease: (await read('proc/sys/kernel/osrelease')) ?? '0',
    memoryBytes: memoryBytes((await read('proc/meminfo')) ?? ''),
    swapBytes: swapBytes((await read('proc/swaps')) ?? ''),
    cores: parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0').length,
    ...(smt === undefined ? {} : { smtActive: smt === '1' }),
    ...(governor === undefined ? {} : { frequencyGovernor: governor }),
    ...(corePattern === undefined ? {} : { corePattern }),
    ...(namespaces === undefined ? {} : { maxUserNamespaces: Number(namespaces) }),
    cgroup: cgroupFacts(
      (await read('proc/self/mounts')) ?? '',
      (await read('sys/fs/cgroup/cgroup.controllers')) ?? '',
    ),
    ...rest,
  };
}

/** A directory that does not exist yet will lie where its closest existing parent does. */
export async function readDisk(path: string): Promise<DiskFacts | undefined> {
  let directory = path;
  for (;;) {
    const disk = await statfs(directory).catch(() => undefined);
    if (disk !== undefined) return { path, freeBytes: disk.bavail * disk.bsize };
    if (dirname(directory) === directory) return undefined;
    directory = dirname(directory);
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

function memoryBytes(meminfo: string): number {
  return Number(/^MemTotal:\s*(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * KIB;
}

/** One line for each area, after a heading: name, type, size in KiB, used, priority. */
function swapBytes(swaps: string): number {
  const areas = swaps.split('\n').slice(1);
  return areas.reduce((sum, line) => sum + Number(line.split(/\s+/)[2] ?? 0) * KIB, 0);
}

/**
 * Version 1 when a controller is mounted as version 1, a cgroup2 mount beside it (the hybrid
 * layout) notwithstanding: Docker then uses version 1.
 */
function cgroupFacts(mounts: string, unifiedControllers: string): CgroupFacts {
  const lines = mounts.split('\n').map((line) => line.split(' '));
  const first = lines
    .filter(([, , type]) => type === 'cgroup')
    .flatMap(([, , , options = '']) => options.split(','))
    .filter((option) => /^[a-z_]+$/.test(option) && !MOUNT_OPTIONS.has(option));
  if (first.length > 0) return { version: 1, controllers: first };
  if (lines.some(([, point, type]) => type === 'cgroup2' && point === '/sys/fs/cgroup')) {
    return { version: 2, controllers: unifiedControllers.split(' ') };
  }
  return { version: 'none', controllers: [] };
}

const MOUNT_OPTIONS: ReadonlySet<string> = new Set([
  'rw',
  'ro',
  'nosuid',
  'nodev',
  'noexec',
  'relatime',
  'xattr',
  'clone_children',
  'nsdelegate',
]);
