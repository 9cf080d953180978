import type { ByteSource } from '../../../../src/judging/bytes.js';
import {
  DEFAULT_COMPARISON,
  type ComparisonOptions,
} from '../../../../src/judging/comparison/comparison-options.js';
import { compareOutput } from '../../../../src/judging/comparison/compare-output.js';
import type { ComparisonResult } from '../../../../src/judging/comparison/comparison-result.js';

/** One character for each byte. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Cuts bytes into chunks of the given lengths, over and over. */
export function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.byteLength; turn += 1) {
    const length = lengths[turn % lengths.length]!;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** A source that hands out one buffer again and again, as a reader of files may. */
export function reusingSource(bytes: Uint8Array, lengths: readonly number[]): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    async *read() {
      const buffer = new Uint8Array(Math.max(...lengths));
      for (const chunk of cut(bytes, lengths)) {
        buffer.set(chunk);
        yield buffer.subarray(0, chunk.byteLength);
        buffer.fill(0x21);
      }
    },
  };
}

export interface Cuts {
  readonly answer: readonly number[];
  readonly team: readonly number[];
}

const WHOLE: Cuts = { answer: [1 << 20], team: [1 << 20] };

export async function compare(
  answer: string,
  team: string,
  options: Partial<ComparisonOptions> = {},
  cuts = WHOLE,
): Promise<ComparisonResult> {
  const comparison = compareOutput(reusingSource(bytesOf(answer), cuts.answer), {
    ...DEFAULT_COMPARISON,
    ...options,
  });
  const buffer = new Uint8Array(Math.max(...cuts.team));
  for (const chunk of cut(bytesOf(team), cuts.team)) {
    buffer.set(chunk);
    await comparison.write(buffer.subarray(0, chunk.byteLength));
    buffer.fill(0x3f);
  }
  return comparison.finish();
}

/** AC, or the reason of a WA. */
export async function outcome(
  answer: string,
  team: string,
  options: Partial<ComparisonOptions> = {},
): Promise<string> {
  const result = await compare(answer, team, options);
  return result.accepted ? 'AC' : result.reason;
}
