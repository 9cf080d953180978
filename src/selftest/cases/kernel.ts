import { everyRun, excerpt } from '../checks.js';
import type { Check, HostileCase } from '../hostile-case.js';
import { all, rows } from '../probe-rows.js';

const SIGSYS = 31;
const REFUSED = 'EPERM|ENOSYS';
const FAMILIES = Array.from({ length: 51 }, (_, family) => family);

const refusedOrKilled: Check = everyRun(({ outcome: { end }, stderr }) =>
  (end.kind === 'signalled' && end.signal === SIGSYS) ||
  stderr.toString() === 'other table: refused\n'
    ? undefined
    : `ended by ${JSON.stringify(end)}, and says ${excerpt(stderr.toString())}`,
);

export const KERNEL: readonly HostileCase[] = [
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
];
