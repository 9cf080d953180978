import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupLayout, type CgroupLayout } from './cgroup-layout.js';

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

function refusedCgroup({ hierarchies }: CgroupLayout): string | undefined {
  for (const { path } of hierarchies) {
    const directory = join(path, `minos-preflight-${process.pid}`);
    try {
      mkdirSync(directory);
      rmdirSync(directory);
    } catch (error) {
      return `no cgroup can be made: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}
