import { endedBySignal } from '../checks.js';
import type { HostileCase } from '../hostile-case.js';
import { rows, type ProbeRow } from '../probe-rows.js';

const READ_ONLY = 'EROFS|EACCES|EPERM|ENOENT';
const ROOT = 'the root file system is read-only, and root’s';

function all(attempts: readonly string[], outcome: string, why: string): readonly ProbeRow[] {
  return attempts.map((attempt) => [attempt, outcome, why]);
}

export const FILESYSTEM: readonly HostileCase[] = [
  {
    number: 51,
    title: 'nothing can be written but the work directory',
    language: 'c',
    source: '51-write-everywhere.c',
    expected: ['AC'],
    checks: [
      rows([
        ['.', 'ok', 'the work directory is the program’s'],
        ['/tmp', 'ok', '/tmp is the work directory'],
        ...all(['/', '/etc', '/var/tmp', '/var', '/run', '/home'], READ_ONLY, ROOT),
        ...all(['/root', '/usr/bin', '/minos', '/mnt', '/opt'], READ_ONLY, ROOT),
        ['/box', 'EACCES', 'root’s, so that artifact and input stay what they are'],
        ...all(['/dev', '/proc', '/sys'], READ_ONLY, 'root’s'),
        ['fallocate 10 GB', 'ENOSPC|EFBIG', 'RLIMIT_FSIZE, and the size of the tmpfs'],
        ['ftruncate 10 GB', 'EFBIG', 'RLIMIT_FSIZE'],
        ['/etc/passwd', 'EROFS|EACCES', ROOT],
        ['/proc/self/exe', 'EACCES|ETXTBSY|EROFS', 'the artifact is root’s'],
        ['rename /etc/passwd', 'EROFS|EACCES', ROOT],
        ['unlink /bin/sh', 'EROFS|EACCES', ROOT],
        ['utimensat /etc/passwd', 'EROFS|EACCES|EPERM', ROOT],
      ]),
    ],
    quick: true,
  },
  {
    number: 52,
    title: 'files and directories run out at the cap of inodes',
    language: 'c',
    source: '52-many-files.c',
    expected: ['AC'],
    checks: [
      rows([
        ['empty files', 'ENOSPC', 'nr_inodes of the tmpfs'],
        ['empty files made', 'fewer than 4096', 'nr_inodes of the tmpfs'],
        ['nested directories', 'ENOSPC', 'nr_inodes of the tmpfs'],
        ['hard links', 'ENOSPC|EMLINK', 'every link of a tmpfs takes an inode of the cap'],
      ]),
    ],
  },
  {
    number: 53,
    title: 'a write at one terabyte ends the program',
    language: 'c',
    source: '53-far-write.c',
    expected: ['RTE'],
    tests: [{ input: '0\n' }],
    checks: [endedBySignal(25)],
  },
  {
    number: 53,
    title: 'a write at one terabyte fails when its signal is ignored',
    language: 'c',
    source: '53-far-write.c',
    expected: ['AC'],
    tests: [{ input: '1\n' }],
    checks: [rows([['write at 1 TB', 'EFBIG', 'RLIMIT_FSIZE']])],
  },
  {
    number: 54,
    title: 'descriptors run out at the program’s own limit',
    language: 'c',
    source: '54-descriptors.c',
    expected: ['AC'],
    checks: [
      rows([
        ['open', 'EMFILE', 'RLIMIT_NOFILE'],
        ['descriptors', '256', 'RLIMIT_NOFILE; none is inherited but 0, 1 and 2'],
        ['dup', 'EMFILE', 'RLIMIT_NOFILE'],
        ['dup2 to 256', 'EBADF', 'RLIMIT_NOFILE'],
      ]),
    ],
  },
  {
    number: 55,
    title: 'links and names from hell stay in the work directory',
    language: 'c',
    source: '55-links.c',
    expected: ['AC'],
    checks: [
      rows([
        ['link /etc/passwd', 'EXDEV|EPERM|EACCES', 'another file system'],
        ['link /proc/self/exe', 'EXDEV|EPERM|EACCES', 'another file system'],
        ['shadow', 'EACCES|ENOENT', 'followed with the program’s rights only'],
        ['frames', 'EACCES', 'the supervisor’s descriptors are root’s'],
      ]),
    ],
  },
  {
    number: 56,
    title: 'no set-user-id program gives anything, and the image has none',
    language: 'c',
    source: '56-set-user-id.c',
    expected: ['AC'],
    limits: { cpuTimeMs: 5000 },
    checks: [
      rows([
        ['chmod u+s of the artifact', 'EPERM|EROFS|EACCES', 'the artifact is root’s'],
        ['chmod u+s of a copy', 'ok|EPERM', 'the work directory is nosuid'],
        ['chown of a copy to root', 'EPERM', 'CAP_CHOWN is dropped'],
        ['exec of the copy', 'EACCES', 'the work directory is noexec'],
        ['chmod u+s of a memfd', 'ok|EPERM', 'under no_new_privs it gives nothing'],
        ['set-user-id files of the image', 'none', 'the image is sealed without'],
      ]),
    ],
    quick: true,
  },
  {
    number: 57,
    title: 'there is no device but the harmless ones',
    language: 'c',
    source: '57-devices.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(['mknod block', 'mknod mem', 'mknod null'], 'EPERM', 'CAP_MKNOD is dropped'),
        ...all(
          [
            '/dev/mem',
            '/dev/kmsg',
            '/dev/sda',
            '/dev/vda',
            '/dev/kvm',
            '/dev/fuse',
            '/dev/net/tun',
            '/dev/port',
            '/dev/loop-control',
            '/dev/snd/seq',
            '/dev/dri/card0',
            '/dev/input/event0',
          ],
          'ENOENT|EPERM|EACCES',
          'the /dev of a container',
        ),
      ]),
    ],
    quick: true,
  },
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
        ['/proc/self/uid_map', 'EPERM|EACCES', 'the map of the first user namespace is fixed'],
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
        ['mkdir in the file system of control groups', 'EROFS|EACCES|EPERM', 'read-only'],
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
          'EACCES|EPERM',
          'another user, and not dumpable',
        ),
        ...all(
          ['ns/pid', 'auxv', 'stack', 'syscall', 'io', 'map_files', 'task/1/mem', 'pagemap'],
          'EACCES|EPERM|ENOENT',
          'another user, and not dumpable; some kernels lack some',
        ),
        ['smaps', 'EACCES|EPERM|ENOENT', 'another user, and not dumpable'],
        ['personality', 'EACCES|EPERM|ENOENT', 'another user, and not dumpable'],
        ['wchan', '0|ok|EACCES|EPERM|ENOENT', 'a name of the kernel, or 0'],
        ['cmdline', '/minos/supervisor', 'it is started without arguments'],
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
