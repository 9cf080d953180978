import { readFile } from 'node:fs/promises';

/** Room for one running program: a core and a user of its own. */
export interface Slot {
  readonly index: number;
  readonly core: number;
  /**
   * User and group of the program. Two programs of one uid would share RLIMIT_NPROC, pipe capacity
   * and other per-user allowances of the host, and could starve each other.
   */
  readonly uid: number;
}

export interface SlotPlan {
  /** 'auto': a core is left for the worker and the daemon, so that timing is not disturbed. */
  readonly count: number | 'auto';
  readonly firstUid: number;
  /** The cores that may be used. */
  readonly cores: readonly number[];
}

/** Slots take the highest cores; interrupts and daemons prefer the lowest. */
export function planSlots({ count, firstUid, cores }: SlotPlan): readonly Slot[] {
  const wanted = count === 'auto' ? Math.max(1, cores.length - 1) : count;
  const fromLast = cores.toReversed();
  return Array.from({ length: wanted }, (_, index) => ({
    index,
    core: fromLast[index % fromLast.length] ?? 0,
    uid: firstUid + index,
  }));
}

/** The cores this process may run on, which is what a cpuset or taskset left it. */
export async function allowedCores(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  return parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0');
}

/** The kernel's list format: `0-3,8`. */
export function parseCoreList(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  });
}
