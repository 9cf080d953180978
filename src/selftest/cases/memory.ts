import { killedByMemory, memoryAtMost, memoryWithin, stableVerdict } from '../checks.js';
import type { HostileCase, HostileTest } from '../hostile-case.js';
import { rows } from '../probe-rows.js';

const MIB = 2 ** 20;

/** The same test so many times, each a run of its own. */
function times(count: number): readonly HostileTest[] {
  return Array.from({ length: count }, (_, index) => ({ input: `${index}\n` }));
}

const NEVER_FULL = 'kernel memory without end would be the host’s';

export const MEMORY: readonly HostileCase[] = [
  {
    number: 23,
    title: 'a gigabyte that is written to is stopped at the limit',
    language: 'c',
    source: '23-one-gigabyte.c',
    expected: ['MLE'],
    checks: [killedByMemory],
    quick: true,
  },
  {
    number: 24,
    title: 'ten gigabytes that nobody touches are nothing',
    language: 'c',
    source: '24-untouched.c',
    expected: ['AC'],
    checks: [memoryAtMost(8 * MIB)],
  },
  {
    number: 25,
    title: 'a large static array counts when it is touched',
    language: 'c',
    source: '25-static.c',
    expected: ['MLE'],
    tests: [{ input: '1\n' }, { input: '0\n', expected: ['AC'] }],
  },
  {
    number: 26,
    title: 'shared memory is counted, and System V objects are refused',
    language: 'c',
    source: '26-shared-memory.c',
    expected: ['MLE'],
    tests: [
      { input: 'mmap\n' },
      { input: 'memfd\n', expected: ['MLE', 'RTE'] },
      { input: 'shm\n', expected: ['RTE'] },
    ],
    quick: true,
  },
  {
    number: 27,
    title: 'the work directory is full at its cap',
    language: 'c',
    source: '27-fill-work.c',
    expected: ['AC'],
    checks: [
      rows([
        ['fill first', 'ENOSPC|EFBIG', 'the size of the tmpfs, or RLIMIT_FSIZE'],
        ['size of first', 'at most 21 MiB', '16 MiB and what the staged files left of their step'],
        ['fill second', 'ENOSPC|EFBIG', 'the size of the tmpfs'],
        ['size of second', 'at most 21 MiB', 'the size of the tmpfs'],
        ['fill /tmp/third', 'ENOSPC', '/tmp is the work directory'],
        ['size of /tmp/third', 'at most 21 MiB', '/tmp is the work directory'],
      ]),
    ],
  },
  {
    number: 28,
    title: 'there is no other place for shared memory',
    language: 'c',
    source: '28-shared-places.c',
    expected: ['AC'],
    checks: [
      rows([
        ['/dev/shm/x', 'ENOENT|EACCES|EROFS', 'no /dev/shm without a language that needs it'],
        [
          '/dev/mqueue/x',
          'ENOENT|EACCES|EROFS|EMFILE',
          'RLIMIT_MSGQUEUE is 0: message queues are memory of the kernel',
        ],
        ['mq_open', 'EPERM|ENOSYS|ENOENT|EACCES|EMFILE', 'message queues are memory of the kernel'],
      ]),
    ],
  },
  {
    number: 29,
    title: 'kernel objects run out at limits of the program',
    language: 'c',
    source: '29-kernel-objects.c',
    expected: ['AC', 'MLE'],
    checks: [
      (seen) =>
        seen.executions.some(({ outcome }) => outcome.outOfMemoryKills > 0)
          ? undefined
          : rows([
              ['epoll', 'EMFILE', NEVER_FULL],
              ['eventfd', 'EMFILE', NEVER_FULL],
              ['inotify', 'EMFILE|ENOSYS', NEVER_FULL],
              ['timerfd', 'EMFILE', NEVER_FULL],
              ['timers', 'EAGAIN', NEVER_FULL],
              ['queued signals', 'EAGAIN', NEVER_FULL],
              ['descriptors in messages', 'EAGAIN|ETOOMANYREFS|EMFILE', NEVER_FULL],
              ['full pipes', 'EMFILE', NEVER_FULL],
              ['full sockets', 'EMFILE|ENOBUFS|ENOMEM', NEVER_FULL],
            ])(seen),
    ],
  },
  {
    number: 30,
    title: 'files that are read are not charged, cold or warm',
    language: 'c',
    source: '30-read-the-image.c',
    expected: ['AC'],
    tests: times(2),
    limits: { cpuTimeMs: 10_000 },
    checks: [memoryAtMost(8 * MIB), memoryWithin(2 * MIB)],
  },
  {
    number: 31,
    title: 'recursion without end is a run-time error',
    language: 'c',
    source: '31-recursion.c',
    expected: ['RTE'],
    quick: true,
  },
  {
    number: 31,
    title: 'recursion without end is a run-time error',
    language: 'python3',
    source: '31-recursion.py',
    expected: ['RTE', 'MLE'],
  },
  {
    number: 31,
    title: 'recursion without end is a run-time error',
    language: 'java',
    source: '31-recursion-java',
    // Unwinding 64 MiB of small compiled frames takes HotSpot 200 to 400 MiB of its own memory.
    expected: ['RTE', 'MLE'],
  },
  {
    number: 31,
    title: 'recursion without end is a run-time error',
    language: 'javascript',
    source: '31-recursion.js',
    expected: ['RTE'],
  },
  {
    number: 32,
    title: 'a stack of 48 MiB is the program’s right',
    language: 'c',
    source: '32-deep-stack.c',
    expected: ['AC'],
    quick: true,
  },
  {
    number: 33,
    title: 'nobody changes who dies first when memory is out',
    language: 'c',
    source: '33-oom-score.c',
    expected: ['MLE'],
    checks: [
      killedByMemory,
      rows([
        ['/proc/self/oom_score_adj', 'EACCES', 'lowering it takes CAP_SYS_RESOURCE'],
        ['/proc/1/oom_score_adj', 'EACCES|EPERM|ENOENT', 'the supervisor is root’s, or hidden'],
      ]),
    ],
    quick: true,
  },
  {
    number: 34,
    title: 'many small processes are one sum',
    language: 'c',
    source: '34-many-small.c',
    expected: ['MLE'],
    checks: [killedByMemory],
  },
  {
    number: 35,
    title: 'locked, huge and populated pages are refused or counted',
    language: 'c',
    source: '35-locked-and-huge.c',
    expected: ['MLE'],
    checks: [
      killedByMemory,
      rows([['mlockall', 'EPERM|ENOMEM', 'locked memory cannot be taken back']]),
    ],
  },
  ...(
    [
      ['java', '36-heap-java'],
      ['python3', '36-heap.py'],
      ['go', '36-heap.go'],
      ['javascript', '36-heap.js'],
    ] as const
  ).map(([language, source]) => ({
    number: 36,
    title: 'a full heap gives the same verdict every time',
    language,
    source,
    expected: ['MLE', 'RTE'] as const,
    tests: times(10),
    // A collector at its limit takes its time; the verdict is about memory.
    limits: { cpuTimeMs: 5000 },
    checks: [stableVerdict],
  })),
  {
    number: 37,
    title: 'twice the limit in use is no swapping but an end',
    language: 'c',
    source: '37-twice-the-limit.c',
    expected: ['MLE'],
    checks: [killedByMemory],
  },
];
