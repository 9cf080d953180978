import type { HostileCase } from '../hostile-case.js';
import { COMPILE_TIME } from './compile-time.js';
import { CPU_AND_CLOCKS } from './cpu-and-clocks.js';
import { ENDINGS } from './endings.js';
import { FILESYSTEM } from './filesystem.js';
import { HOST_AND_SECRETS } from './host-and-secrets.js';
import { KERNEL } from './kernel.js';
import { MEMORY } from './memory.js';
import { OUTPUT } from './output.js';
import { PRIVILEGE } from './privilege.js';
import { PROCESSES } from './processes.js';
import { VALIDATORS } from './validators.js';

/** Every hostile program, by section. */
export const SECTIONS: Readonly<Record<string, readonly HostileCase[]>> = {
  processes: PROCESSES,
  'CPU and clocks': CPU_AND_CLOCKS,
  memory: MEMORY,
  output: OUTPUT,
  'file system': FILESYSTEM,
  'host and secrets': HOST_AND_SECRETS,
  privilege: PRIVILEGE,
  kernel: KERNEL,
  endings: ENDINGS,
  'compile time': COMPILE_TIME,
  validators: VALIDATORS,
};

export const ALL_CASES: readonly HostileCase[] = Object.values(SECTIONS).flat();
