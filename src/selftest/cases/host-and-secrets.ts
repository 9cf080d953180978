import type { HostileCase } from '../hostile-case.js';
import { all, rows } from '../probe-rows.js';

export const HOST_AND_SECRETS: readonly HostileCase[] = [
  {
    number: 58,
    title: 'no setting of the kernel can be changed',
    language: 'c',
    source: '58-kernel-settings.c',
    expected: ['AC'],
    limits: { cpuTimeMs: 10_000 },
    checks: [
      rows([
        ...all(
          [
            '/proc/sys/kernel/core_pattern',
            '/proc/sys/kernel/hostname',
            '/proc/sys/vm/overcommit_memory',
            '/proc/sys/kernel/ns_last_pid',
            '/proc/sys/fs/binfmt_misc/register',
            '/proc/sysrq-trigger',
            '/proc/irq/default_smp_affinity',
            '/proc/mtrr',
            '/proc/kcore',
          ],
          'EROFS|EACCES|ENOENT|EPERM|EINVAL|EIO',
          'read-only, and root’s',
        ),
        // Masked: a /dev/null lies over it.
        ['/proc/keys', 'ok|EACCES|ENOENT|EROFS', 'masked'],
        ['/proc/self/uid_map', 'EPERM|EACCES', 'a map of user ids is written once'],
        ['/proc/self/gid_map', 'EPERM|EACCES', 'the map of the first user namespace is fixed'],
        ['/proc/self/setgroups', 'EPERM|EACCES|EINVAL', 'CAP_SYS_ADMIN'],
        ['/proc/self/loginuid', 'EPERM|EACCES|ENOENT|EINVAL', 'CAP_AUDIT_CONTROL'],
        ['/proc/self/attr/current', 'EPERM|EACCES|EINVAL|ENOENT', 'no security module grants it'],
        ['/proc/self/timens_offsets', 'EPERM|EACCES|EINVAL|ENOENT', 'CAP_SYS_TIME'],
        ['writable files of /sys and /proc/sys', 'none', 'read-only mounts'],
      ]),
    ],
  },
  {
    number: 59,
    title: 'no control group can be changed, left or made',
    language: 'c',
    source: '59-control-groups.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          [
            '/sys/fs/cgroup/cgroup.procs',
            '/sys/fs/cgroup/memory.max',
            '/sys/fs/cgroup/cgroup.subtree_control',
            '/sys/fs/cgroup/memory/memory.limit_in_bytes',
            '/sys/fs/cgroup/memory/cgroup.procs',
            '/sys/fs/cgroup/memory/release_agent',
            '/sys/fs/cgroup/pids/pids.max',
            '/sys/fs/cgroup/pids/tasks',
            '/sys/fs/cgroup/cpuset/cpuset.cpus',
            '/sys/fs/cgroup/devices/devices.allow',
          ],
          'EROFS|EACCES|ENOENT',
          'mounted read-only, and root’s',
        ),
        [
          'mkdir in the file system of control groups',
          'EROFS|EACCES|EPERM|ENOENT',
          'read-only, or none',
        ],
        ['writable places of /sys/fs/cgroup', 'none', 'read-only'],
      ]),
    ],
  },
  {
    number: 60,
    title: 'nothing of the supervisor can be read',
    language: 'c',
    source: '60-supervisor-files.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          ['mem', 'maps', 'environ', 'root', 'cwd', 'exe', 'fd/0', 'fd/1', 'fdinfo/1'],
          'EACCES|EPERM|ENOENT',
          'another user, and not dumpable; or hidden',
        ),
        ...all(
          ['ns/pid', 'auxv', 'stack', 'syscall', 'io', 'map_files', 'task/1/mem', 'pagemap'],
          'EACCES|EPERM|ENOENT',
          'another user, and not dumpable; some kernels lack some',
        ),
        ['smaps', 'EACCES|EPERM|ENOENT', 'another user, and not dumpable'],
        ['personality', 'EACCES|EPERM|ENOENT', 'another user, and not dumpable'],
        ['wchan', '0|ok|EACCES|EPERM|ENOENT', 'a name of the kernel, or 0'],
        ['cmdline', '/minos/supervisor|ENOENT', 'it is started without arguments; or hidden'],
      ]),
    ],
    quick: true,
  },
  {
    number: 61,
    title: 'a hunt for answers finds none',
    language: 'c',
    source: '61-hunt.c',
    // The answer is a canary: "done" is wrong, and any other output would be shown.
    expected: ['WA'],
    tests: [{ answer: '%CANARY%\n' }],
    limits: { cpuTimeMs: 10_000 },
    quick: true,
  },
  {
    number: 62,
    title: 'a hunt for other inputs and submissions finds none',
    language: 'c',
    source: '61-hunt.c',
    expected: ['AC'],
    limits: { cpuTimeMs: 10_000 },
  },
  {
    number: 63,
    title: 'the environment is what the language says, and no door of the host is there',
    language: 'c',
    source: '63-environment.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(['PATH', 'HOME', 'TMPDIR', 'LANG'], 'set', 'what programs need'),
        ...all(
          [
            '/var/run/docker.sock',
            '/run/docker.sock',
            '/run/containerd/containerd.sock',
            '/run/minos',
            '/run/secrets',
            '/var/lib/docker',
            '/var/run/secrets/kubernetes.io',
          ],
          'absent',
          'nothing of the host is mounted',
        ),
        ['/.dockerenv', 'there|absent', 'empty; Docker makes it'],
      ]),
    ],
    quick: true,
  },
];
