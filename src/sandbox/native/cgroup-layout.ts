/*
 * Where the kernel's control groups are, from /proc/self/mounts. Three layouts exist:
 *
 *   version 1   one mount for each controller, or for several that belong together (cpu,cpuacct)
 *   version 2   one mount for all
 *   hybrid      both, each controller in one of the two; here it counts as version 1, if all that is
 *               needed is there
 */

/** A directory in which cgroups are made, and what for: the roles of runner/launcher/cgroups.c. */
export interface Hierarchy {
  readonly path: string;
  readonly roles: string;
}

export interface CgroupLayout {
  readonly version: 1 | 2;
  readonly hierarchies: readonly Hierarchy[];
}

/** Controllers that an execution needs, and the letters that the launcher knows them by. */
const ROLES: Readonly<Record<string, string>> = {
  memory: 'm',
  pids: 'p',
  cpu: 'c',
  cpuacct: 'a',
  cpuset: 's',
};
export const CONTROLLERS_OF_VERSION_2 = ['cpu', 'cpuset', 'memory', 'pids'] as const;

/**
 * @param mounts the text of /proc/self/mounts
 * @param unifiedControllers of a version 2 mount, the text of its cgroup.controllers
 * @returns the layout, or why there is none that will do.
 */
export function cgroupLayout(
  mounts: string,
  unifiedControllers: (path: string) => string,
): CgroupLayout | string {
  const lines = mounts.split('\n').map((line) => line.split(' '));
  const version1 = lines
    .filter(([, , type]) => type === 'cgroup')
    .map(([, path = '', , options = '']) => ({ path, roles: rolesOf(options) }))
    .filter(({ roles }) => roles !== '');
  const found = version1.map(({ roles }) => roles).join('');
  const missing = Object.keys(ROLES).filter((name) => !found.includes(ROLES[name] ?? ''));
  if (missing.length === 0) return { version: 1, hierarchies: version1 };
  const [, path] = lines.find(([, , type]) => type === 'cgroup2') ?? [];
  if (found !== '') return `no cgroup of version 1 for ${missing.join(', ')}`;
  if (path === undefined) return 'no cgroups are mounted';
  const present = unifiedControllers(path).split(/\s+/);
  const absent = CONTROLLERS_OF_VERSION_2.filter((name) => !present.includes(name));
  if (absent.length > 0) return `cgroup version 2 without ${absent.join(', ')}`;
  return { version: 2, hierarchies: [{ path, roles: 'u' }] };
}

function rolesOf(options: string): string {
  return options
    .split(',')
    .map((option) => ROLES[option] ?? '')
    .join('');
}
