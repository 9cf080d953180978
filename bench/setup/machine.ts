import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Who used the processor. Three accounts that overlap, each with a hole:
 *
 *   a process and its descendants   not what kernel threads do for it afterwards (freeing cgroups,
 *                                   namespaces and memory)
 *   the kernel's threads            everybody's
 *   the machine                     everybody's, ours among it
 *
 * The last two mean something on a quiet machine only.
 */

const TICK_MS = 10;
const NS_PER_MS = 1e6;
const LOOK_MS = 1000;
const KERNEL_THREAD = 0x0020_0000;
/** User, nice, system, irq, softirq and steal of /proc/stat; idle and iowait are none. */
const BUSY = [0, 1, 2, 5, 6, 7];

/**
 * "2026-11-25, 2 processors, Linux 6.18, others used 0.1 of them", without which a figure is worth
 * nothing. Looks on for a second: call it before anything is measured.
 */
export async function describeMachine(): Promise<string> {
  const [major, minor] = release().split('.');
  const [startMs, usedMs] = [performance.now(), machineCpuMs()];
  await sleep(LOOK_MS);
  const others = (machineCpuMs() - usedMs) / (performance.now() - startMs);
  return [
    new Date().toISOString().slice(0, 10),
    `${availableParallelism()} processors`,
    `Linux ${String(major)}.${String(minor)}`,
    `others used ${others.toFixed(1)} of them`,
  ].join(', ');
}

/** All that was not idle. */
export function machineCpuMs(): number {
  // The root of cgroup version 1 counts in nanoseconds.
  const precise = '/sys/fs/cgroup/cpuacct/cpuacct.usage';
  if (existsSync(precise)) return Number(readFileSync(precise, 'utf8')) / NS_PER_MS;
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  return BUSY.reduce((sum, index) => sum + Number(ticks[index]), 0) * TICK_MS;
}

export function kernelThreadsCpuMs(): number {
  let totalNs = 0;
  for (const { pid, isKernelThread } of processes()) {
    if (isKernelThread) totalNs += Number(read(`/proc/${pid}/schedstat`).split(' ')[0] ?? 0);
  }
  return totalNs / NS_PER_MS;
}

/** Of these processes, their living descendants, and all that those have waited for. */
export function treeCpuMs(roots: readonly number[]): number {
  const all = processes();
  const members = new Set(roots);
  // A parent may come after its child in the list, so until nothing is new.
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  return all.filter(({ pid }) => members.has(pid)).reduce((total, { cpuMs }) => total + cpuMs, 0);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly isKernelThread: boolean;
  /** With the children that it has waited for. */
  readonly cpuMs: number;
}

/** Those of this PID namespace. */
function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    const stat = read(`/proc/${pid}/stat`);
    // Behind the name, which may hold anything: state, parent, … flags, … user, system, theirs.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    if (fields.length < 15) return [];
    return {
      pid,
      parent: fields[1] ?? 0,
      isKernelThread: ((fields[6] ?? 0) & KERNEL_THREAD) !== 0,
      cpuMs: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) * TICK_MS,
    };
  });
}

/** Empty of what has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
