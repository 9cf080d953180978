import type { HostileCase } from '../hostile-case.js';
import { all, rows } from '../probe-rows.js';

const NAMESPACES = ['mnt', 'uts', 'ipc', 'user', 'pid', 'net', 'cgroup', 'time'];
const REFUSED = 'EPERM|ENOSYS';

export const PRIVILEGE: readonly HostileCase[] = [
  {
    number: 64,
    title: 'no signal reaches the supervisor',
    language: 'c',
    source: '64-signals.c',
    expected: ['AC'],
    checks: [
      rows(
        all(
          ['kill', 'tgkill', 'tkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'pidfd_send_signal'],
          'refused',
          'root’s process, and CAP_KILL is not the program’s',
        ),
      ),
    ],
    quick: true,
  },
  {
    number: 65,
    title: 'no process can be traced, read or robbed of descriptors',
    language: 'c',
    source: '65-trace.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          [
            'ATTACH 1',
            'SEIZE 1',
            'ATTACH to a child',
            'TRACEME',
            'process_vm_readv 1',
            'process_vm_writev 1',
            'process_vm_readv of a child',
            'kcmp 1',
            'process_madvise 1',
            'pidfd_getfd 1',
            'process_mrelease 1',
            'move_pages 1',
            'migrate_pages 1',
          ],
          REFUSED,
          'refused by both filters, for its own processes too',
        ),
        ['pidfd_open 1', 'ok|EPERM|ENOSYS', 'a handle alone gives no rights'],
        ['get_robust_list 1', 'EPERM', 'the kernel asks for the rights of a tracer'],
      ]),
    ],
    quick: true,
  },
  {
    number: 66,
    title: 'the supervisor’s limits and priorities cannot be changed',
    language: 'c',
    source: '66-supervisor-limits.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          [
            'prlimit CPU 0 on 1',
            'prlimit NOFILE 0 on 1',
            'prlimit reading 1',
            'sched_setscheduler IDLE on 1',
            'sched_setattr IDLE on 1',
            'setpriority on 1',
            'sched_setaffinity on 1',
            'ioprio_set on 1',
          ],
          'EPERM|EACCES',
          'root’s process',
        ),
        ['setpriority on the group of 1', 'EPERM|EACCES|ESRCH', 'root’s process'],
        ['setpriority on root', 'ok|EPERM|EACCES|ESRCH', 'user 0 means who calls'],
        ['setpgid of 1', 'ESRCH|EPERM', 'no child of the program'],
      ]),
    ],
    quick: true,
  },
  {
    number: 67,
    title: 'nobody becomes root, or anybody else',
    language: 'c',
    source: '67-identity.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          ['setuid 0', 'setgid 0', 'setreuid 0', 'setresuid 0'],
          'EPERM',
          'no capability is left',
        ),
        ['setuid of a neighbour', 'EPERM|EINVAL', 'no capability; or there is no such id'],
        ['setgroups', 'EPERM', 'no capability is left'],
        ['capset', 'EPERM', 'nothing is permitted that could be made effective'],
        ['ambient capability', 'EPERM', 'nothing is permitted that could be handed down'],
        ['keep capabilities', 'EPERM', 'CAP_SETPCAP is dropped'],
        ['seccomp mode off', 'EINVAL', 'a filter cannot be taken off'],
        ['effective user is the real one', 'yes', 'setresuid sets all three'],
        ['supplementary groups', 'none', 'they are given up first'],
        ...all(['CapInh', 'CapPrm', 'CapEff', 'CapAmb'], '0000000000000000', 'all given up'),
        [
          'CapBnd',
          '00000000000000e0',
          'KILL, SETGID, SETUID: the supervisor’s; useless under no_new_privs',
        ],
        ['NoNewPrivs', '1', 'exec gives nothing'],
        ['Seccomp', '2', 'a filter is on'],
      ]),
    ],
    quick: true,
  },
  {
    number: 68,
    title: 'no namespace is made or entered, and threads still work',
    language: 'c',
    source: '68-namespaces.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          NAMESPACES.map((name) => `unshare ${name}`),
          REFUSED,
          'a new user namespace brings capabilities back',
        ),
        ...all(
          NAMESPACES.filter((name) => name !== 'time').map((name) => `clone ${name}`),
          REFUSED,
          'a new user namespace brings capabilities back',
        ),
        ...all(
          NAMESPACES.map((name) => `clone3 ${name}`),
          'ENOSYS',
          'a filter cannot see its flags; libc falls back to clone',
        ),
        ...all(
          NAMESPACES.flatMap((name) => [`setns of 1 ${name}`, `setns of itself ${name}`]),
          REFUSED,
          'no namespace but the container’s',
        ),
        ['threads', 'work', 'clone without namespaces is allowed'],
      ]),
    ],
    quick: true,
  },
  {
    number: 69,
    title: 'nothing is mounted, unmounted or escaped from',
    language: 'c',
    source: '69-mounts.c',
    expected: ['AC'],
    checks: [
      rows(
        all(
          [
            'mount tmpfs',
            'mount proc',
            'bind mount',
            'remount /',
            'umount /w',
            'umount a mask',
            'pivot_root',
            'fsopen',
            'fspick',
            'fsconfig',
            'fsmount',
            'open_tree',
            'move_mount',
            'mount_setattr',
            'chroot',
          ],
          REFUSED,
          'a mount could uncover what is masked',
        ),
      ),
    ],
    quick: true,
  },
  {
    number: 74,
    title: 'the supervisor’s file cannot be run, read or replaced',
    language: 'c',
    source: '74-supervisor-binary.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          ['exec of the supervisor', 'exec of the supervisor by descriptor'],
          'EACCES',
          'mode 0700, root’s',
        ),
        ['exec of /proc/1/exe', 'EACCES|ENOENT', 'the same, or hidden'],
        ['/minos/supervisor', 'EACCES', 'mode 0700, root’s'],
        ['overwriting the supervisor', 'EACCES|EROFS|ETXTBSY', 'root’s, read-only'],
        ['removing the supervisor', 'EACCES|EROFS|EBUSY', 'root’s, read-only'],
        ['replacing the supervisor', 'EACCES|EROFS|EXDEV|EBUSY', 'root’s, read-only'],
        ['writing beside the artifact', 'EACCES|EROFS', '/box is root’s'],
        ['writing ld.so.preload', 'EROFS|EACCES', 'the root file system is read-only'],
        ['changing the artifact', 'EPERM|EROFS', 'the artifact is root’s'],
        ['name of the staged input', 'ENOENT|EACCES', 'unlinked before the program starts'],
      ]),
    ],
    quick: true,
  },
  {
    number: 74,
    title: 'files named like an interpreter’s start-up files have no power',
    language: 'python3',
    source: '74-planted.py',
    files: {
      '.bashrc': 'exit 1',
      'pyvenv.cfg': 'home = /w\n',
      'ld.so.preload': '/box/x.so',
      JAVA_TOOL_OPTIONS: '-version',
      'py_compile.py': 'raise SystemExit(0)',
    },
    expected: ['AC', 'CE'],
  },
];
