import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../../../src/sandbox/docker/json-lines.js';

async function read(...chunks: readonly (string | Buffer)[]): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  for await (const message of jsonLines(Readable.from(chunks, { objectMode: true }))) {
    messages.push(message);
  }
  return messages;
}

describe('jsonLines', () => {
  it('puts messages together that arrive in pieces', async () => {
    expect(await read('{"a":', '1}\n{"b":2}\r\n{"c"', ':3}\n')).toEqual([
      { a: 1 },
      { b: 2 },
      { c: 3 },
    ]);
  });

  it('reads a last message without an end of line', async () => {
    expect(await read('{"a":1}\n{"b":2}')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('does not cut a character between two pieces', async () => {
    const bytes = Buffer.from('{"a":"é"}\n');
    expect(await read(bytes.subarray(0, 7), bytes.subarray(7))).toEqual([{ a: 'é' }]);
  });

  it('reads ten thousand messages of one piece', async () => {
    expect(await read('{"a":1}\n'.repeat(10_000))).toHaveLength(10_000);
  });

  it('gives up on a line without an end', async () => {
    await expect(read('x'.repeat(2 ** 20 + 1))).rejects.toThrow('a line without an end');
  });
});
