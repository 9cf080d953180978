import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gathered } from '../../../src/sandbox/gathered-chunks.js';
import { freshNonce } from '../../../src/sandbox/nonce.js';

async function* inOneMemory(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(1, ...sizes));
  for (const [index, size] of sizes.entries()) {
    yield memory.subarray(0, size).fill(index + 1);
  }
}

async function copied(chunks: AsyncIterable<Uint8Array>): Promise<readonly Buffer[]> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return all;
}

describe('gathered chunks', () => {
  it('are the same bytes, whatever their sizes, also where memory is used again', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(200_000)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sizes, async (all) => {
        const expected = Buffer.concat(await copied(inOneMemory(all)));
        expect(Buffer.concat(await copied(gathered([inOneMemory(all)]))).equals(expected)).toBe(
          true,
        );
      }),
    );
  });

  it('are one where the bytes are few', async () => {
    expect(await copied(gathered([inOneMemory([500, 6000, 0, 20])]))).toHaveLength(1);
    expect(await copied(gathered([inOneMemory([0, 0])]))).toHaveLength(0);
  });
});

it('gives no nonce twice', () => {
  const all = Array.from({ length: 2000 }, () => Buffer.from(freshNonce()).toString('hex'));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((nonce) => nonce.length === 32)).toBe(true);
});
