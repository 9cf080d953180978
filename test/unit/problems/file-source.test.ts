import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../../src/problems/file-source.js';
import { writeFiles } from './package-on-disk.js';

async function sourceOfFile(bytes: Uint8Array) {
  const realPath = join(await writeFiles({ data: bytes }), 'data');
  const stats = await stat(realPath, { bigint: true });
  return fileSource({
    realPath,
    sizeBytes: Number(stats.size),
    device: stats.dev,
    inode: stats.ino,
    modifiedNs: stats.mtimeNs,
  });
}

describe('the bytes of a file', () => {
  it.each([0, 1, 256 * 1024, 256 * 1024 + 1, 1_000_000])(
    'of %i bytes come whole, in chunks, as often as asked',
    async (size) => {
      const bytes = Buffer.alloc(size, 'abcdefg');
      const source = await sourceOfFile(bytes);
      expect(source.sizeBytes).toBe(size);
      for (let time = 0; time < 2; time += 1) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of source.read()) chunks.push(chunk);
        expect(chunks.every(({ byteLength }) => byteLength <= 256 * 1024)).toBe(true);
        expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      }
    },
  );

  it('can be left half-way', async () => {
    const source = await sourceOfFile(Buffer.alloc(1_000_000));
    for await (const chunk of source.read()) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
  });
});
