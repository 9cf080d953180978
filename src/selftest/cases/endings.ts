import type { HostileCase, HostileTest } from '../hostile-case.js';

const SIGNALS_THAT_KILL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27];
const MORE_SIGNALS_THAT_KILL = [29, 30, 31, 34, 64];
/** The borders, what shells and runtimes report of signals, and what validators mean something by. */
const EXIT_CODES = [
  0, 1, 2, 3, 42, 43, 99, 124, 126, 127, 128, 134, 137, 139, 143, 152, 254, 255, 256,
];

function exits(code: number): HostileTest {
  return { input: `e ${code}\n`, answer: '', expected: code % 256 === 0 ? ['AC'] : ['RTE'] };
}

export const ENDINGS: readonly HostileCase[] = [
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
