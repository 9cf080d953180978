import {
  cpuAtLeast,
  cpuAtMost,
  hostClockKept,
  killedByCpu,
  onOneCore,
  stoppedBy,
  wallOvershootAtMost,
} from '../checks.js';
import type { HostileCase } from '../hostile-case.js';
import { rows } from '../probe-rows.js';

const SPINNERS = [
  ['c', '12-spin.c'],
  ['cpp20', '12-spin.cpp'],
  ['python3', '12-spin.py'],
  ['java', '12-spin-java'],
  ['javascript', '12-spin.js'],
  ['go', '12-spin.go'],
  ['bash', '12-spin.sh'],
] as const;

const OVERSHOOT_MS = 250;

export const CPU_AND_CLOCKS: readonly HostileCase[] = [
  ...SPINNERS.map(([language, source]) => ({
    number: 12,
    title: 'a loop without end is stopped by CPU time, and the time is right',
    language,
    source,
    expected: ['TLE'] as const,
    checks: [killedByCpu],
    quick: language === 'c' || language === 'python3',
  })),
  {
    number: 13,
    title: 'waiting in sleep, pause, select, poll and futex is stopped by wall time, CPU near 0',
    language: 'c',
    source: '13-wait-in-every-way.c',
    expected: ['TLE'],
    checks: [stoppedBy('wall-time'), cpuAtMost(100), wallOvershootAtMost(OVERSHOOT_MS)],
  },
  {
    number: 14,
    title: 'a right answer does not excuse sleeping on',
    language: 'python3',
    source: '14-answer-then-sleep.py',
    expected: ['TLE'],
    checks: [stoppedBy('wall-time')],
    quick: true,
  },
  {
    number: 15,
    title: 'threads share one core, and their CPU time is one sum',
    language: 'c',
    source: '15-spinning-threads.c',
    expected: ['TLE'],
    checks: [killedByCpu, onOneCore],
    quick: true,
  },
  {
    number: 16,
    title: 'a program that stops itself and its group is killed',
    language: 'c',
    source: '16-stop.c',
    expected: ['TLE'],
    checks: [stoppedBy('wall-time'), wallOvershootAtMost(OVERSHOOT_MS)],
  },
  {
    number: 17,
    title: 'no handler and no mask keeps a program alive',
    language: 'c',
    source: '17-handlers.c',
    expected: ['TLE'],
    checks: [killedByCpu],
  },
  {
    number: 18,
    title: 'no limit can be raised',
    language: 'c',
    source: '18-raise-limits.c',
    expected: ['TLE', 'RTE'],
    checks: [
      rows(
        ['CPU', 'FSIZE', 'NOFILE', 'CORE', 'MEMLOCK', 'MSGQUEUE', 'NICE', 'RTPRIO', 'SIGPENDING']
          .flatMap((name) => [`setrlimit ${name}`, `prlimit ${name}`])
          .map((attempt) => [attempt, 'EPERM', 'a hard limit is raised by CAP_SYS_RESOURCE only']),
      ),
    ],
    quick: true,
  },
  {
    number: 19,
    title: 'time in the kernel is charged like other time',
    language: 'c',
    source: '19-system-calls.c',
    expected: ['TLE'],
    checks: [killedByCpu, cpuAtLeast(1000)],
  },
  {
    number: 20,
    title: 'no clock can be set',
    language: 'c',
    source: '20-clocks.c',
    expected: ['AC'],
    checks: [
      hostClockKept,
      rows([
        ['clock_settime', 'EPERM', 'the clock is the whole machine’s'],
        ['settimeofday', 'EPERM', 'the clock is the whole machine’s'],
        ['adjtimex', 'EPERM', 'the clock is the whole machine’s'],
        ['clock_adjtime', 'EPERM', 'the clock is the whole machine’s'],
        [
          'timer_create CLOCK_REALTIME_ALARM',
          'EPERM|EOPNOTSUPP|ENOTSUP',
          'it wakes a sleeping machine; without a clock chip there is none',
        ],
        [
          'timerfd_create CLOCK_REALTIME_ALARM',
          'EPERM|EOPNOTSUPP|ENOTSUP',
          'it wakes a sleeping machine; without a clock chip there is none',
        ],
      ]),
    ],
  },
  {
    number: 21,
    title: 'no priority is raised, and the core stays one',
    language: 'c',
    source: '21-scheduling.c',
    expected: ['AC'],
    checks: [
      rows([
        ['sched_setscheduler FIFO', 'EPERM', 'a real-time program starves the supervisor'],
        ['sched_setscheduler RR', 'EPERM', 'a real-time program starves the supervisor'],
        ['sched_setattr DEADLINE', 'EPERM', 'a real-time program starves the supervisor'],
        ['nice -20', 'EPERM|EACCES', 'the program runs at nice 19, behind the supervisor'],
        ['ioprio_set real time', 'EPERM', 'it would starve the disk of the host'],
        ['cores after sched_setaffinity of all', '1', 'the cpuset of the slot bounds the mask'],
      ]),
    ],
    quick: true,
  },
];
