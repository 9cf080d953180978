import { blamesProblem, reason } from '../checks.js';
import type { Check, HostileCase } from '../hostile-case.js';
import { rows, validatorRows } from '../probe-rows.js';

/** Where nothing is said, either is right, as long as it comes. */
const NUMBERS: readonly (readonly [input: string, answer: string, accepted?: boolean])[] = [
  ['nan', '1', false],
  // As text they are the same.
  ['NaN', 'nan'],
  ['-nan', '1', false],
  ['inf', '1', false],
  ['1e999', '1', false],
  ['-0', '0', true],
  ['0x1p0', '1', false],
  ['1,5', '1.5', false],
  ['1.5000001', '1.5', true],
  ['1.6', '1.5', false],
  [`1.5${'0'.repeat(500_000)}`, '1.5'],
  ['9'.repeat(500_000), '1', false],
];

/** A secret case's data is not for those who solve it. */
const keepsAnswer: Check = ({ events }) => {
  const run = events.find((event) => event.type === 'run');
  if (run === undefined) return 'nothing was run';
  const shown = JSON.stringify([run.reason, run.sample, run.feedback?.teamMessage, events.at(-1)]);
  return shown.includes('a secret answer') ? `the answer is shown: ${shown}` : undefined;
};

const VALIDATOR = { language: 'c', source: '88-validator.c' };

export const VALIDATORS: readonly HostileCase[] = [
  {
    number: 87,
    title: 'odd numbers are equal to what they are equal to, and NaN is no number',
    language: 'c',
    source: '87-echo.c',
    expected: ['WA'],
    comparison: { floatAbsoluteTolerance: 1e-6 },
    tests: NUMBERS.map(([input, answer, accepted]) => ({
      input: `${input}\n`,
      answer: `${answer}\n`,
      expected: accepted === undefined ? ['AC', 'WA'] : accepted ? ['AC'] : ['WA'],
    })),
  },
  ...[
    'spins',
    'sleeps',
    'crashes',
    'eats memory',
    'floods',
    'forks',
    'accepts as programs do',
    'exits with 99',
  ].map((way) => ({
    number: 88,
    title: `a validator that ${way} is a judging error, told to the problem's owner`,
    language: 'c',
    source: '47-unread.c',
    expected: ['JE'] as const,
    validator: VALIDATOR,
    tests: [{ validatorArguments: [way] }],
    checks: [blamesProblem],
    limits: { validationCpuTimeMs: 1000 },
    quick: way === 'crashes',
  })),
  {
    number: 89,
    title: 'words of a checker in the output are output',
    language: 'python3',
    source: '89-testlib-words.py',
    expected: ['WA'],
  },
  {
    number: 90,
    title: 'a program cannot change what its validator reads',
    language: 'c',
    source: '90-changes-its-input.c',
    expected: ['AC'],
    tests: [{ input: 'untouched input\n', answer: 'untouched answer\n' }],
    validator: { language: 'c', source: '90-validator.c' },
    checks: [
      rows([
        ['open of stdin for writing', 'EACCES|EROFS|ENOENT', 'the staged input is root’s'],
        ['ftruncate of stdin', 'EINVAL|EBADF|EACCES', 'opened for reading'],
        ['write to stdin', 'EBADF', 'opened for reading'],
        ['fchmod of stdin', 'EPERM', 'the staged input is root’s'],
        ['open of /box/.case/input', 'ENOENT', 'the validator’s container is another'],
        ['open of /box/.case/answer', 'ENOENT', 'the validator’s container is another'],
      ]),
    ],
    quick: true,
  },
  {
    number: 92,
    title: 'a validator that tells the answer tells it to staff only',
    language: 'c',
    source: '47-unread.c',
    expected: ['WA'],
    tests: [{ answer: 'a secret answer\n' }],
    validator: { language: 'c', source: '92-validator.c' },
    checks: [keepsAnswer, reason(/^rejected by the output validator$/)],
  },
  {
    number: 99,
    title: 'a hostile validator is contained like a submission',
    language: 'c',
    source: '47-unread.c',
    expected: ['WA', 'JE'],
    tests: [{}],
    validator: { language: 'c', source: '99-validator.c' },
    checks: [
      validatorRows([
        ['network', 'EAFNOSUPPORT|EPERM', 'no socket but AF_UNIX'],
        ['root', 'EPERM', 'no capability is left'],
        ['signal to 1', 'EPERM', 'root’s process'],
      ]),
    ],
    quick: true,
  },
];
