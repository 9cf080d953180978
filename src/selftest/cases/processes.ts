import { chargedAsItSays, prints, says, wallAtMost, wallOvershootAtMost } from '../checks.js';
import type { HostileCase } from '../hostile-case.js';

/** Of the wall limit, when the slot's core is busy with the bomb. */
const OVERSHOOT_MS = 250;
/** A program that is ended by its own exit, not by the sleep or the spin of what it left. */
const AT_ONCE_MS = 900;

export const PROCESSES: readonly HostileCase[] = [
  {
    number: 1,
    title: 'a fork bomb is stopped at a limit',
    language: 'c',
    source: '01-fork-bomb.c',
    expected: ['TLE', 'RTE'],
    checks: [wallOvershootAtMost(OVERSHOOT_MS)],
    quick: true,
  },
  {
    number: 2,
    title: 'a fork bomb in sessions of its own is stopped',
    language: 'c',
    source: '02-fork-setsid.c',
    expected: ['TLE'],
    checks: [wallOvershootAtMost(OVERSHOOT_MS)],
  },
  {
    number: 3,
    title: "bash's classic bomb, whose first shell ends at once, leaves nothing",
    language: 'bash',
    source: '03-bash-bomb.sh',
    expected: ['TLE', 'RTE', 'WA'],
    checks: [wallOvershootAtMost(OVERSHOOT_MS)],
  },
  {
    number: 3,
    title: 'a bash bomb that waits for itself is stopped',
    language: 'bash',
    source: '03-bash-bomb-waiting.sh',
    expected: ['TLE', 'RTE'],
    checks: [wallOvershootAtMost(OVERSHOOT_MS)],
  },
  {
    number: 4,
    title: 'a fork bomb that ignores failures is stopped',
    language: 'python3',
    source: '04-fork-bomb.py',
    expected: ['TLE', 'MLE'],
    checks: [wallOvershootAtMost(OVERSHOOT_MS)],
  },
  {
    number: 5,
    title: 'threads are refused at the limit of processes',
    language: 'c',
    source: '05-threads.c',
    expected: ['RTE'],
    checks: [says(/first refusal: EAGAIN/), says(/threads: at most 65/)],
  },
  {
    number: 5,
    title: 'threads without end are an error of the JVM',
    language: 'java',
    source: '05-threads-java',
    expected: ['RTE', 'TLE', 'MLE'],
  },
  {
    number: 5,
    title: 'threads without end are an error of Python',
    language: 'python3',
    source: '05-threads.py',
    expected: ['RTE', 'TLE', 'MLE'],
  },
  {
    number: 6,
    title: 'a child that sleeps on ends with its parent',
    language: 'c',
    source: '06-orphan.c',
    expected: ['AC'],
    checks: [wallAtMost(AT_ONCE_MS)],
    quick: true,
  },
  {
    number: 7,
    title: 'a daemon that ignores everything is gone',
    language: 'c',
    source: '07-daemon.c',
    expected: ['AC'],
    checks: [wallAtMost(AT_ONCE_MS), prints('done\n')],
    quick: true,
  },
  {
    number: 8,
    title: 'what a grandchild writes after the end is dropped, and not waited for',
    language: 'c',
    source: '08-writer-left.c',
    expected: ['AC'],
    checks: [wallAtMost(AT_ONCE_MS), prints('done\n')],
  },
  {
    number: 9,
    title: 'sixty zombies are no error',
    language: 'c',
    source: '09-zombies.c',
    expected: ['AC'],
  },
  {
    number: 10,
    title: 'a program that kills all it can reaches nothing but itself',
    language: 'c',
    source: '10-kill-all.c',
    expected: ['RTE', 'AC'],
    quick: true,
  },
  {
    number: 11,
    title: 'processes and programs that live for a moment are charged',
    language: 'c',
    source: '11-fork-churn.c',
    expected: ['TLE'],
    tests: [{ input: '0\n' }, { input: '1\n' }],
    checks: [chargedAsItSays],
  },
];
