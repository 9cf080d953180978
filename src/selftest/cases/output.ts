import type { ByteSource } from '../../judging/bytes.js';
import {
  cpuAtMost,
  everyRun,
  excerpt,
  prints,
  stderrCut,
  stoppedBy,
  storedWithinLimit,
  wallAtMost,
} from '../checks.js';
import type { Check, HostileCase } from '../hostile-case.js';
import { rows } from '../probe-rows.js';

const MIB = 2 ** 20;
const OUTPUT_BYTES = MIB;

/** What a sample shows is text that every reader of JSON takes, and as long as is allowed. */
const showsSafely: Check = ({ events }) => {
  const samples = events.flatMap((event) =>
    event.type === 'run' && event.sample !== undefined ? [event.sample] : [],
  );
  if (samples.length === 0) return 'there is no sample to show';
  for (const text of samples.flatMap((sample) => Object.values(sample) as string[])) {
    if (!text.isWellFormed()) return `not well-formed: ${excerpt(text)}`;
    if (JSON.parse(JSON.stringify(text)) !== text) return 'does not survive JSON';
  }
  return undefined;
};

/** Staff and students see that something is missing. */
const marksTheCut: Check = ({ events }) => {
  const run = events.find((event) => event.type === 'run');
  return run?.sample?.stderr.endsWith('[cut here]') === true
    ? undefined
    : 'stderr was cut without a mark';
};

function zeros(sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous
    async *read() {
      const block = new Uint8Array(MIB);
      for (let left = sizeBytes; left > 0; left -= block.byteLength) {
        yield block.subarray(0, Math.min(left, block.byteLength));
      }
    },
  };
}

/** What 45-exactly.c prints. */
function exactly(bytes: number): string {
  const line = `${'x'.repeat(63)}\n`;
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

export const OUTPUT: readonly HostileCase[] = [
  {
    number: 38,
    title: 'a flood is stopped at the output limit, at once',
    language: 'c',
    source: '38-flood.c',
    expected: ['OLE'],
    checks: [stoppedBy('stdout-limit'), storedWithinLimit, wallAtMost(1000)],
    quick: true,
  },
  {
    number: 39,
    title: 'a flood of stderr is cut and harms nobody',
    language: 'c',
    source: '39-stderr-flood.c',
    expected: ['AC'],
    checks: [stderrCut, prints('done\n')],
    quick: true,
  },
  {
    number: 39,
    title: 'stderr that was cut says so',
    language: 'c',
    source: '39-stderr-flood.c',
    expected: ['WA'],
    tests: [{ answer: 'something else\n' }],
    visibility: 'sample',
    checks: [stderrCut, marksTheCut],
  },
  {
    number: 40,
    title: 'stdout and stderr a byte at a time never lock each other',
    language: 'c',
    source: '40-interleaved.c',
    expected: ['OLE'],
    limits: { cpuTimeMs: 10_000 },
  },
  {
    number: 40,
    title: 'stderr a byte at a time is the program’s own loss of time, and nobody else’s fault',
    language: 'c',
    source: '40-stderr-byte-by-byte.c',
    expected: ['TLE'],
  },
  {
    number: 40,
    title: 'many writers of stderr are no fault of anybody else',
    language: 'c',
    source: '40-both-byte-by-byte-sleepy.c',
    expected: ['TLE'],
  },
  {
    number: 41,
    title: 'a hundred million digits without a newline are stopped',
    language: 'c',
    source: '41-one-line.c',
    expected: ['OLE'],
    checks: [storedWithinLimit],
  },
  {
    number: 42,
    title: 'NUL and every other byte are compared and shown as they are',
    language: 'python3',
    source: '42-bytes.py',
    expected: ['WA'],
    visibility: 'sample',
    tests: [
      { input: 'nul\n', answer: 'hello\n' },
      { input: 'all\n', answer: 'hello\n' },
      { input: 'only-nul\n', answer: '' },
    ],
    checks: [showsSafely],
    quick: true,
  },
  {
    number: 42,
    title: 'every byte there is can be a right answer',
    language: 'python3',
    source: '42-bytes.py',
    expected: ['AC'],
    tests: [{ input: 'all\n', answer: bytesOf(EVERY_BYTE) }],
    comparison: { method: 'exact' },
  },
  {
    number: 43,
    title: 'odd text is compared by its bytes',
    language: 'python3',
    source: '42-bytes.py',
    expected: ['WA'],
    visibility: 'sample',
    tests: [
      ...['invalid', 'bom', 'separators', 'ansi', 'override'].map((way) => ({
        input: `${way}\n`,
        answer: 'hello\n',
      })),
    ],
    checks: [showsSafely],
  },
  {
    number: 43,
    title: 'a carriage return is blank',
    language: 'python3',
    source: '42-bytes.py',
    expected: ['AC'],
    tests: [{ input: 'crlf\n', answer: 'hello\n' }],
  },
  {
    number: 44,
    title: 'ten million blanks after the answer are too much output',
    language: 'c',
    source: '44-blanks.c',
    expected: ['OLE'],
  },
  {
    number: 45,
    title: 'the output limit is exact',
    language: 'c',
    source: '45-exactly.c',
    expected: ['AC'],
    tests: [
      { input: `${OUTPUT_BYTES}\n`, answer: exactly(OUTPUT_BYTES) },
      { input: `${OUTPUT_BYTES + 1}\n`, answer: exactly(OUTPUT_BYTES + 1), expected: ['OLE'] },
    ],
    quick: true,
  },
  {
    number: 46,
    title: 'closed descriptors are an empty answer',
    language: 'c',
    source: '46-closed.c',
    expected: ['WA'],
    tests: [{ input: '1\n' }, { input: '2\n' }],
  },
  {
    number: 47,
    title: 'input that nobody reads is no error, and not charged',
    language: 'c',
    source: '47-unread.c',
    expected: ['AC'],
    tests: [{ input: zeros(50 * MIB) }],
    checks: [
      cpuAtMost(100),
      everyRun(({ outcome }) =>
        outcome.memoryBytes < 16 * MIB ? undefined : 'the input was charged to the program',
      ),
    ],
  },
  {
    number: 48,
    title: 'a forged result is output like any other',
    language: 'python3',
    source: '48-forged-frames.py',
    expected: ['WA'],
    checks: [
      everyRun(({ stdout, outcome }) =>
        stdout[0] === 'R'.charCodeAt(0) && stdout.byteLength === outcome.stdoutBytes
          ? undefined
          : 'the bytes did not come as they were written',
      ),
    ],
    quick: true,
  },
  {
    number: 49,
    title: 'there is no terminal to type into, and no signal reaches the supervisor',
    language: 'c',
    source: '49-terminal.c',
    expected: ['AC'],
    checks: [
      rows([
        ['TIOCSTI', 'ENOTTY|EPERM', 'it types into a terminal'],
        ['TIOCSTI on stdout', 'ENOTTY|EPERM', 'it types into a terminal'],
        ['TIOCSCTTY', 'ENOTTY|EPERM', 'it takes a terminal'],
        ['/dev/tty', 'ENXIO|ENOENT|EACCES', 'there is none'],
        ['/dev/console', 'ENOENT|EACCES', 'the console is the host’s'],
        ['/dev/ptmx', 'ENOENT|EACCES|EPERM|ENOSPC|ok', 'a terminal of its own reaches nobody'],
        ['F_SETOWN 1 on an own pipe', 'ok|EPERM|ESRCH', 'the kernel checks when it would signal'],
        ['F_SETOWN 1 on stdout', 'ok|EPERM|ESRCH', 'the kernel checks when it would signal'],
      ]),
    ],
  },
  {
    number: 50,
    title: 'a trickle does not keep a program alive',
    language: 'c',
    source: '50-trickle.c',
    expected: ['TLE'],
    checks: [stoppedBy('wall-time')],
  },
];

function bytesOf(bytes: Buffer): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous
    async *read() {
      yield bytes;
    },
  };
}
