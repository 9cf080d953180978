import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../../src/judging/bytes.js';
import { compareOutput } from '../../../../src/judging/comparison/compare-output.js';
import {
  DEFAULT_COMPARISON,
  type ComparisonOptions,
} from '../../../../src/judging/comparison/comparison-options.js';
import { bytesOf } from './compare.js';

const MIB = 2 ** 20;
const MAX_GROWTH_BYTES = 32 * MIB;
const CHUNK_BYTES = 64 * 1024;

/** A pattern over and over, in one buffer: what grows is what comparing keeps. */
function* repeated(pattern: string, sizeBytes: number): Generator<Uint8Array> {
  const chunk = bytesOf(pattern.repeat(Math.ceil(CHUNK_BYTES / pattern.length)));
  for (let left = sizeBytes; left > 0; left -= chunk.byteLength) yield chunk;
}

function sourceOf(pattern: string, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    async *read() {
      yield* repeated(pattern, sizeBytes);
    },
  };
}

interface Case {
  readonly answer: string;
  readonly team: string;
  readonly sizeBytes: number;
  readonly options?: Partial<ComparisonOptions>;
}

async function growthBytes({ answer, team, sizeBytes, options }: Case): Promise<number> {
  const comparison = compareOutput(sourceOf(answer, sizeBytes), {
    ...DEFAULT_COMPARISON,
    ...options,
  });
  const before = process.memoryUsage.rss();
  let most = before;
  for (const chunk of repeated(team, sizeBytes)) {
    await comparison.write(chunk);
    most = Math.max(most, process.memoryUsage.rss());
  }
  await comparison.finish();
  return most - before;
}

describe('memory grows by less than 32 MiB', () => {
  it.each<[string, Case]>([
    ['300 MiB that are right', { answer: '12 34\n', team: '12 34\n', sizeBytes: 300 * MIB }],
    ['300 MiB that are wrong', { answer: '12 34\n', team: '12 35\n', sizeBytes: 300 * MIB }],
    // Kept whole, these would exceed it too; 300 MiB would take long on a busy machine.
    [
      '40 MiB of words in another case',
      { answer: 'abcdefg hijklmn\n', team: 'ABCDEFG HIJKLMN\n', sizeBytes: 40 * MIB },
    ],
    [
      '40 MiB of numbers',
      {
        answer: '0.12345678901\n',
        team: '0.12345678902\n',
        sizeBytes: 40 * MIB,
        options: { floatAbsoluteTolerance: 1e-9 },
      },
    ],
    ['40 MiB of one word', { answer: 'x', team: 'X', sizeBytes: 40 * MIB }],
    ['40 MiB of blanks', { answer: 'a\n', team: ' ', sizeBytes: 40 * MIB }],
    [
      '40 MiB of blanks in one line',
      { answer: ' ', team: ' \t', sizeBytes: 40 * MIB, options: { method: 'lines' } },
    ],
  ])('on %s', async (_claim, output) => {
    expect(await growthBytes(output)).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it('on 40 MiB of one line, where lines have no order', async () => {
    const comparison = compareOutput(sourceOf('a\n', 1), {
      ...DEFAULT_COMPARISON,
      method: 'unordered-lines',
    });
    const before = process.memoryUsage.rss();
    for (const chunk of repeated('b', 40 * MIB)) await comparison.write(chunk);
    expect(process.memoryUsage.rss() - before).toBeLessThan(MAX_GROWTH_BYTES);
    expect(await comparison.finish()).toMatchObject({ accepted: false, reason: 'wrong' });
  });
});
