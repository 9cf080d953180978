import { createHash } from 'node:crypto';
import { sourceOf, type ByteSource } from '../../judging/bytes.js';
import type { Problem, TestCase } from '../../judging/problem.js';

/** Output that no program was asked for, and that a validator has to cope with. */
export interface Junk {
  readonly name: string;
  /** Accepting it in every case means that everything is accepted. */
  readonly neverRight: boolean;
  /** undefined: there is none for this case. */
  readonly outputFor: (testCase: TestCase, others: readonly TestCase[]) => ByteSource | undefined;
}

const RANDOM_BYTES = 4096;
/** Larger than any line of a sane answer, and read by a sane validator in no time. */
const LINE_BYTES = 2 ** 20;
/** Cases that are tried, over the whole of the problem. */
const PROBED = 5;

const RANDOM = sourceOf(randomBytes());

export const JUNK: readonly Junk[] = [
  { name: 'empty output', neverRight: true, outputFor: emptyFor },
  { name: 'random bytes', neverRight: true, outputFor: () => RANDOM },
  { name: 'a line of 1 MiB', neverRight: true, outputFor: () => LINE },
  {
    name: 'the answer of another case',
    neverRight: false,
    outputFor: ({ answer }, others) =>
      others.find((other) => other.answer.sizeBytes !== answer.sizeBytes)?.answer,
  },
];

const LINE = sourceOf(Buffer.alloc(LINE_BYTES, '7'));

/** An empty answer, as interactive problems have, makes empty output no junk. */
function emptyFor({ answer }: TestCase): ByteSource | undefined {
  return answer.sizeBytes === 0 ? undefined : sourceOf(new Uint8Array());
}

/** A few different cases from everywhere in the problem, the first and the last among them. */
export function casesToProbe({ testCases }: Problem): readonly TestCase[] {
  const different = [...new Map(testCases.map((each) => [each.contentId, each])).values()];
  const last = different.length - 1;
  const places = Array.from({ length: PROBED }, (_, index) =>
    Math.round((index * last) / (PROBED - 1)),
  );
  return [...new Set(places)].flatMap((place) => different[place] ?? []);
}

/** The same in every verification. */
function randomBytes(): Buffer {
  const parts = Array.from({ length: RANDOM_BYTES / 32 }, (_, index) =>
    createHash('sha256').update(`junk ${index}`).digest(),
  );
  return Buffer.concat(parts);
}
