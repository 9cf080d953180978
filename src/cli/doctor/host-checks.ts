import { formatBytes } from '../../judging/reason.js';
import { ok, type Finding } from './finding.js';
import type { DiskFacts, HostFacts } from './host-facts.js';
import { isOlder } from './version.js';

const GIB = 2 ** 30;
/** close_range(2) came with 5.9, and 5.10 is the oldest line that is maintained. */
const OLDEST_KERNEL = '5.10';
/** Escapes from containers through the kernel, and the lines that came after their mending. */
const KERNEL_ESCAPES = [
  { before: '5.17', id: 'CVE-2022-0185, CVE-2022-0492 and CVE-2022-0847 (Dirty Pipe)' },
  { before: '6.8', id: 'CVE-2024-1086 (nf_tables)' },
] as const;
/** What the supervisor reads, and what limits rest on. */
const CONTROLLERS = {
  1: ['memory', 'pids', 'cpuset', 'cpu', 'cpuacct'],
  2: ['memory', 'pids', 'cpuset', 'cpu'],
} as const;
/** A compiler may take 2 GiB. */
const MEMORY_PER_SLOT_BYTES = 2 * GIB;

export function checkKernel({ kernelRelease }: HostFacts): Finding {
  const subject = 'kernel';
  if (isOlder(kernelRelease, OLDEST_KERNEL)) {
    return {
      level: 'warning',
      subject,
      found: kernelRelease,
      meaning: `Minos is tested with ${OLDEST_KERNEL} and newer.`,
      mend: 'Use a newer kernel.',
    };
  }
  const escapes = KERNEL_ESCAPES.filter(({ before }) => isOlder(kernelRelease, before));
  if (escapes.length === 0) return ok(subject, kernelRelease);
  return {
    level: 'note',
    subject,
    found: kernelRelease,
    meaning: `Releases before ${escapes.at(-1)?.before ?? ''} had ways out of a container: ${escapes.map(({ id }) => id).join('; ')}. Maintained lines and distributions have them mended under the old number.`,
    mend: 'Keep the kernel’s updates installed, and reboot into them.',
  };
}

export function checkCgroup({ cgroup }: HostFacts): Finding {
  const subject = 'cgroups';
  if (cgroup.version === 'none') {
    return {
      level: 'failure',
      subject,
      found: 'none are mounted',
      meaning: 'No limit could be kept and no time measured.',
      mend: 'Mount cgroup2 on /sys/fs/cgroup (systemd does), or install cgroupfs-mount.',
    };
  }
  const absent = CONTROLLERS[cgroup.version].filter((name) => !cgroup.controllers.includes(name));
  const found = `version ${cgroup.version}`;
  if (absent.length === 0) return ok(subject, `${found}, all controllers`);
  return {
    level: 'failure',
    subject,
    found: `${found} without ${absent.join(', ')}`,
    meaning: 'Limits of memory, processes or cores would not hold, or CPU time could not be read.',
    mend:
      cgroup.version === 1
        ? `Boot with cgroup_enable=${absent[0] ?? ''} and mount the controller below /sys/fs/cgroup.`
        : 'Boot a kernel that has them, without cgroup_disable; to a container, its machine has to hand them down.',
  };
}

export function checkSwap({ swapBytes, engine }: HostFacts): Finding {
  const subject = 'swap';
  if (swapBytes === 0) return ok(subject, 'off');
  const limited = engine.kind === 'present' && engine.limitsSwap;
  return {
    level: 'warning',
    subject,
    found: `${formatBytes(swapBytes)} active`,
    meaning: limited
      ? 'Programs cannot use it, but the machine may swap others out while one is timed.'
      : 'The engine cannot keep programs out of it: memory limits do not hold, and times mean little.',
    mend: limited
      ? 'For exact times: swapoff -a, and remove it from /etc/fstab.'
      : 'swapoff -a; or boot with swapaccount=1.',
  };
}

export function checkSlots({ cores, slots, smtActive }: HostFacts): Finding {
  const subject = 'cores';
  const found = `${cores} for ${slots} ${slots === 1 ? 'slot' : 'slots'}`;
  if (slots > cores) {
    return {
      level: 'warning',
      subject,
      found,
      meaning: 'Slots share cores: CPU times rise, and borderline verdicts are chance.',
      mend: `Set sandbox.slots to auto, or to ${Math.max(1, cores - 1)} at most.`,
    };
  }
  if (slots === cores) {
    return {
      level: 'note',
      subject,
      found,
      meaning: 'Not timing-grade: the engine and Minos itself run on a core that judges.',
      mend: 'Use a machine with one core more than slots.',
    };
  }
  if (smtActive === true && slots > 1) {
    return {
      level: 'note',
      subject,
      found: `${found}, hyper-threads included`,
      meaning: 'Two programs on one physical core slow each other down by up to a half.',
      mend: 'For exact times: echo off > /sys/devices/system/cpu/smt/control',
    };
  }
  return ok(subject, `${found}: timing-grade`);
}

export function checkMemory({ memoryBytes, slots }: HostFacts): Finding {
  const subject = 'memory';
  const found = formatBytes(memoryBytes);
  if (memoryBytes >= slots * MEMORY_PER_SLOT_BYTES) return ok(subject, found);
  return {
    level: 'warning',
    subject,
    found: `${found} for ${slots} ${slots === 1 ? 'slot' : 'slots'}`,
    meaning: 'A compiler and programs at their limits may exhaust the machine.',
    mend: `Give it ${formatBytes(slots * MEMORY_PER_SLOT_BYTES)}, or set sandbox.slots lower.`,
  };
}

export function checkGovernor({ frequencyGovernor }: HostFacts): Finding {
  const subject = 'frequency';
  if (frequencyGovernor === undefined) return ok(subject, 'not governed from here');
  if (frequencyGovernor === 'performance') return ok(subject, 'performance');
  return {
    level: 'note',
    subject,
    found: `governor ${frequencyGovernor}`,
    meaning: 'The clock follows the load: the same program takes different CPU times.',
    mend: 'For exact times: cpupower frequency-set -g performance',
  };
}

export function checkCorePattern({ corePattern }: HostFacts): Finding {
  const subject = 'core dumps';
  if (corePattern?.startsWith('|') !== true) return ok(subject, 'no program is started for them');
  return {
    level: 'warning',
    subject,
    found: `piped to ${corePattern.slice(1).split(' ')[0] ?? ''}`,
    meaning:
      'Every crash of a submission starts that program as root on the host, limits of cores notwithstanding.',
    mend: 'sysctl -w kernel.core_pattern=core (and in /etc/sysctl.d/)',
  };
}

const DISK_FAILURE_BYTES = 0.5 * GIB;
const DISK_WARNING_BYTES = 5 * GIB;

export function checkDisk(subject: string, disk: DiskFacts): Finding {
  const found = `${formatBytes(disk.freeBytes)} free for ${disk.path}`;
  if (disk.freeBytes >= DISK_WARNING_BYTES) return ok(subject, found);
  return {
    level: disk.freeBytes < DISK_FAILURE_BYTES ? 'failure' : 'warning',
    subject,
    found,
    meaning: 'Images take about a gigabyte each; a full disk stops judging.',
    mend: 'Free some: ./minos images prune removes images of older versions.',
  };
}
