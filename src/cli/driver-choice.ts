import type { SandboxConfig } from '../config/config.js';
import { JudgeError } from '../errors.js';
import type { CgroupLayout } from '../sandbox/native/cgroup-layout.js';
import type { Preflight } from '../sandbox/native/preflight.js';

export type DriverChoice =
  | { readonly driver: 'native'; readonly cgroups: CgroupLayout; readonly why: string }
  | { readonly driver: 'docker'; readonly why: string };

/** @throws JudgeError `sandbox-unavailable` where the native driver is demanded and cannot be. */
export function chooseDriver(
  configured: SandboxConfig['driver'],
  preflight: () => Preflight,
): DriverChoice {
  if (configured === 'docker') return { driver: 'docker', why: 'configured' };
  const found = preflight();
  if (found.kind === 'ready') {
    const why = `root, and cgroups of version ${found.cgroups.version} that can be written`;
    return { driver: 'native', cgroups: found.cgroups, why };
  }
  if (configured === 'auto') return { driver: 'docker', why: `not native: ${found.why}` };
  throw new JudgeError('sandbox-unavailable', `the native driver cannot work here: ${found.why}`, {
    details: ['Set sandbox.driver to auto or docker, or mend it: ./minos doctor says more.'],
  });
}

/** One line for people. */
export function describeChoice({ driver, why }: DriverChoice): string {
  return `containers by the ${driver} driver (${why})`;
}
