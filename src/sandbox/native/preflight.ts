import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLLERS_OF_VERSION_2, cgroupLayout, type CgroupLayout } from './cgroup-layout.js';

/** Whether containers can be made here without a daemon. */
export type Preflight =
  | { readonly kind: 'ready'; readonly cgroups: CgroupLayout }
  | { readonly kind: 'unfit'; readonly why: string };

/** Capabilities that the launcher uses, by their numbers in linux/capability.h. */
const CAPABILITIES: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_ADMIN: 21,
  CAP_MKNOD: 27,
};

/** Touches nothing but an empty directory in each hierarchy, for a moment. */
export function preflight(): Preflight {
  const why =
    foreignProcessor(process.arch) ??
    missingRoot(process.getuid?.()) ??
    missingCapabilities(readFileSync('/proc/self/status', 'utf8'));
  if (why !== undefined) return { kind: 'unfit', why };
  const cgroups = cgroupLayout(readFileSync('/proc/self/mounts', 'utf8'), (path) =>
    readFileSync(join(path, 'cgroup.controllers'), 'utf8'),
  );
  if (typeof cgroups === 'string') return { kind: 'unfit', why: cgroups };
  const refused = refusedCgroup(cgroups);
  return refused === undefined ? { kind: 'ready', cgroups } : { kind: 'unfit', why: refused };
}

function foreignProcessor(architecture: string): string | undefined {
  return architecture === 'x64' || architecture === 'arm64'
    ? undefined
    : `no filter of system calls for ${architecture}`;
}

function missingRoot(uid: number | undefined): string | undefined {
  return uid === 0 ? undefined : 'not root';
}

/** @param status the text of /proc/self/status */
export function missingCapabilities(status: string): string | undefined {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const missing = Object.entries(CAPABILITIES)
    .filter(([, number]) => ((effective >> BigInt(number)) & 1n) === 0n)
    .map(([name]) => name);
  return missing.length === 0 ? undefined : `root without ${missing.join(', ')}`;
}

function refusedCgroup({ version, hierarchies }: CgroupLayout): string | undefined {
  for (const { path } of hierarchies) {
    const directory = join(path, `minos-preflight-${process.pid}`);
    try {
      mkdirSync(directory);
      rmdirSync(directory);
      const inhabited = version === 2 ? inhabitedCgroup(path) : undefined;
      if (inhabited !== undefined) return inhabited;
    } catch (error) {
      return `no cgroup can be made: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

/**
 * Version 2: the kernel gives no limits to the children of a cgroup that has processes, unless it is
 * the machine's root. In a container /sys/fs/cgroup is the container's own, and everything is in it.
 * @param path where the hierarchy is mounted
 */
export function inhabitedCgroup(path: string): string | undefined {
  const read = (file: string) => readFileSync(join(path, file), 'utf8').trim();
  // The machine's root is the only one that has no type.
  if (!existsSync(join(path, 'cgroup.type'))) return undefined;
  const enabled = read('cgroup.subtree_control').split(' ');
  if (CONTROLLERS_OF_VERSION_2.every((name) => enabled.includes(name))) return undefined;
  if (read('cgroup.procs') === '') return undefined;
  return `${path} is a container's cgroup (version 2) with processes in it: they have to be moved below it first`;
}
