import { everyRun, excerpt } from '../checks.js';
import type { Check, HostileCase, HostileTest } from '../hostile-case.js';
import { rows, type ProbeRow } from '../probe-rows.js';

const SIGNALS_THAT_KILL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27];
const SIGSYS = 31;
const MORE_SIGNALS_THAT_KILL = [29, 30, SIGSYS, 34, 64];
/** The borders, what shells and runtimes report of signals, and what validators mean something by. */
const EXIT_CODES = [
  0, 1, 2, 3, 42, 43, 99, 124, 126, 127, 128, 134, 137, 139, 143, 152, 254, 255, 256,
];

function all(attempts: readonly string[], outcome: string, why: string): readonly ProbeRow[] {
  return attempts.map((attempt) => [attempt, outcome, why]);
}

const refusedOrKilled: Check = everyRun(({ outcome: { end }, stderr }) =>
  (end.kind === 'signalled' && end.signal === SIGSYS) ||
  stderr.toString() === 'other table: refused\n'
    ? undefined
    : `ended by ${JSON.stringify(end)}, and says ${excerpt(stderr.toString())}`,
);

const FAMILIES = Array.from({ length: 51 }, (_, family) => family);
const NAMESPACES = ['mnt', 'uts', 'ipc', 'user', 'pid', 'net', 'cgroup', 'time'];
const REFUSED = 'EPERM|ENOSYS';

function exits(code: number): HostileTest {
  return { input: `e ${code}\n`, answer: '', expected: code % 256 === 0 ? ['AC'] : ['RTE'] };
}

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
          ['setuid 0', 'setgid 0', 'setreuid 0', 'setresuid 0', 'setuid of a neighbour'],
          'EPERM',
          'no capability is left',
        ),
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
    number: 70,
    title: 'no interface of the kernel with a history of holes answers',
    language: 'c',
    source: '70-kernel-interfaces.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(['keyctl', 'add_key', 'request_key'], REFUSED, 'keys are in no namespace'),
        ...all(['bpf', 'perf_event_open', 'userfaultfd'], REFUSED, 'holes of the past'),
        ...all(
          ['io_uring_setup', 'io_uring_enter', 'io_uring_register', 'io_setup'],
          REFUSED,
          'they work past the filters',
        ),
        ...all(['kexec_load', 'kexec_file_load', 'reboot'], REFUSED, 'another kernel'),
        ...all(['init_module', 'finit_module', 'delete_module'], REFUSED, 'kernel modules'),
        ...all(['swapon', 'swapoff', 'quotactl', 'acct'], REFUSED, 'disks of the host'),
        ...all(
          ['open_by_handle_at', 'name_to_handle_at'],
          REFUSED,
          'handles open files past every path check',
        ),
        ...all(['syslog', 'sethostname', 'setdomainname'], REFUSED, 'the host’s'),
        ...all(['personality', 'memfd_secret', 'fanotify_init'], REFUSED, 'no program needs it'),
        ...all(['lookup_dcookie', 'vhangup'], REFUSED, 'no program needs it'),
        ...all(['msgget', 'semget', 'shmget', 'mq_open'], REFUSED, 'kernel memory with names'),
        ['sync', 'ok|EPERM|ENOSYS', 'returns nothing; it would flush the host’s disks'],
        ['landlock_create_ruleset', 'EPERM|ENOSYS|EOPNOTSUPP', 'not reviewed for programs'],
        ...all(['set_mempolicy', 'mbind'], REFUSED, 'memory outside the slot’s node'),
        ...all(['iopl', 'ioperm', 'modify_ldt'], REFUSED, 'ports and 16-bit segments'),
        ['system call 9999', 'ENOSYS|EPERM', 'newer than the filter: unknown is refused'],
      ]),
    ],
    quick: true,
  },
  {
    number: 70,
    title: 'the other tables of system calls are closed',
    language: 'c',
    source: '70-other-tables.c',
    // Killed by the filter, or told that there is no such call.
    expected: ['RTE', 'AC'],
    tests: [{ input: '0\n' }, { input: '1\n' }, { input: '2\n' }],
    checks: [refusedOrKilled],
  },
  {
    number: 71,
    title: 'of all socket families only AF_UNIX opens',
    language: 'c',
    source: '71-sockets.c',
    expected: ['AC'],
    checks: [
      rows(
        FAMILIES.map((family) =>
          family === 1
            ? ['family 1', 'opens', 'AF_UNIX reaches no further than the container']
            : [`family ${family}`, 'refused', 'kernel code that no program needs'],
        ),
      ),
    ],
    quick: true,
  },
  {
    number: 72,
    title: 'there is no network, and that is known at once',
    language: 'c',
    source: '72-network.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          [
            'tcp 8.8.8.8:53',
            'tcp 169.254.169.254:80',
            'tcp 172.17.0.1:2375',
            'tcp 127.0.0.1:2375',
            'tcp 127.0.0.1:5432',
            'tcp 127.0.0.1:6379',
            'tcp 127.0.0.1:8080',
            'udp 8.8.8.8:53',
          ],
          'EAFNOSUPPORT|EPERM|ENETUNREACH',
          'no socket of the family, and an empty network namespace',
        ),
        ['getaddrinfo', 'failed', 'no socket to ask with'],
        ['all of it', 'at once', 'refused, not waited for'],
        ['interfaces that carried anything', 'none', 'only the loopback is there'],
      ]),
    ],
    quick: true,
  },
  {
    number: 73,
    title: 'abstract sockets of the host cannot be reached',
    language: 'c',
    source: '73-abstract-sockets.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(
          ['/containerd-shim/moby/x/shim.sock', '/tmp/.X11-unix/X0', 'minos-selftest'],
          'ECONNREFUSED|EPERM',
          'the network namespace is the container’s own',
        ),
        ['named sockets to be seen', 'none', 'the network namespace is the container’s own'],
      ]),
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
          ['exec of the supervisor', 'exec of /proc/1/exe', 'exec of the supervisor by descriptor'],
          'EACCES',
          'mode 0700, root’s',
        ),
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
  {
    number: 75,
    title: 'an exit code is an exit code, whatever it looks like',
    language: 'c',
    source: '75-endings.c',
    expected: ['RTE'],
    tests: EXIT_CODES.map(exits),
  },
  {
    number: 75,
    title: 'death by any signal is a run-time error',
    language: 'c',
    source: '75-endings.c',
    expected: ['RTE'],
    tests: [...SIGNALS_THAT_KILL, ...MORE_SIGNALS_THAT_KILL].map((signal) => ({
      input: `s ${signal}\n`,
      answer: '',
    })),
  },
  {
    number: 76,
    title: 'nothing printed is a wrong answer; a right one with exit 1 a run-time error',
    language: 'python3',
    source: '76-endings.py',
    expected: ['WA'],
    tests: [{ input: 'nothing\n' }, { input: 'right and 1\n', expected: ['RTE'] }],
    quick: true,
  },
];
