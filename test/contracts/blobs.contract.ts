import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readBlob, type Blobs, type ListedBlob } from '../../src/blobs/blobs.js';

export interface BlobsTrial {
  readonly blobs: Blobs;
  /** Changes a byte of what is stored, behind the store's back. */
  damage(sha256: string): Promise<void>;
  /** Cuts the end off what is stored. */
  truncate(sha256: string): Promise<void>;
  /** Names of everything that is stored, finished or not. */
  leftovers(): Promise<readonly string[]>;
  /** Makes what is stored look as if it had been put so long ago. */
  age(sha256: string, ageMs: number): Promise<void>;
}

/** What every blob store has to do. */
export function blobsContract(name: string, trial: () => BlobsTrial): void {
  describe(`blobs: ${name}`, () => {
    it('gives back the bytes it was given, under their SHA-256', async () => {
      const { blobs } = trial();
      const bytes = Buffer.from('some bytes');
      const stored = await blobs.put(streamOf(bytes));
      expect(stored).toEqual({ sha256: sha256Of(bytes), sizeBytes: bytes.byteLength });
      expect(await readBlob(blobs, stored.sha256)).toEqual(bytes);
      expect(await blobs.exists(stored.sha256)).toBe(true);
    });

    it('keeps an empty blob', async () => {
      const { blobs } = trial();
      const { sha256, sizeBytes } = await blobs.put(streamOf());
      expect(sizeBytes).toBe(0);
      expect(await readBlob(blobs, sha256)).toHaveLength(0);
    });

    it('keeps many megabytes that come in odd chunks', async () => {
      const { blobs } = trial();
      const chunk = Buffer.alloc(777_777, 'x');
      const chunks = Array.from({ length: 15 }, (_, index) => {
        const own = Buffer.from(chunk);
        own.writeUInt8(index, 0);
        return own;
      });
      const { sha256 } = await blobs.put(streamOf(...chunks));
      expect(sha256).toBe(sha256Of(Buffer.concat(chunks)));
      expect(sha256Of(await readBlob(blobs, sha256))).toBe(sha256);
    });

    it('takes the same bytes twice, and from two at once', async () => {
      const { blobs } = trial();
      const bytes = Buffer.from('twice');
      const [one, two] = await Promise.all([
        blobs.put(streamOf(bytes)),
        blobs.put(streamOf(bytes)),
      ]);
      expect(two).toEqual(one);
      expect(await blobs.put(streamOf(bytes))).toEqual(one);
      expect(await readBlob(blobs, one.sha256)).toEqual(bytes);
    });

    it('keeps nothing of content that fails half way', async () => {
      const { blobs, leftovers } = trial();
      const before = await leftovers();
      await expect(blobs.put(failing(Buffer.alloc(100_000)))).rejects.toThrow('cut off');
      expect(await leftovers()).toEqual(before);
    });

    it('does not hand out the end of a damaged blob', async () => {
      const { blobs, damage } = trial();
      const { sha256 } = await blobs.put(streamOf(Buffer.from('to be damaged')));
      await damage(sha256);
      await expect(readBlob(blobs, sha256)).rejects.toMatchObject({ code: 'blob-unavailable' });
    });

    it('does not take a truncated blob for a whole one', async () => {
      const { blobs, truncate } = trial();
      const { sha256 } = await blobs.put(streamOf(Buffer.alloc(300_000, 'y')));
      await truncate(sha256);
      await expect(readBlob(blobs, sha256)).rejects.toMatchObject({ code: 'blob-unavailable' });
    });

    it('is healed by putting a damaged blob again', async () => {
      const { blobs, damage } = trial();
      const bytes = Buffer.from('to be healed');
      const { sha256 } = await blobs.put(streamOf(bytes));
      await damage(sha256);
      await blobs.put(streamOf(bytes));
      expect(await readBlob(blobs, sha256)).toEqual(bytes);
    });

    it('says so when a blob is not there', async () => {
      const { blobs } = trial();
      const absent = sha256Of(Buffer.from('never put'));
      expect(await blobs.exists(absent)).toBe(false);
      await expect(readBlob(blobs, absent)).rejects.toMatchObject({ code: 'blob-unavailable' });
    });

    it('takes no name that is not a hash', async () => {
      const { blobs } = trial();
      for (const name of ['../../etc/passwd', '', 'A'.repeat(64), 'a'.repeat(63)]) {
        await expect(readBlob(blobs, name)).rejects.toMatchObject({ code: 'blob-unavailable' });
        await expect(blobs.exists(name)).rejects.toMatchObject({ code: 'blob-unavailable' });
        await expect(blobs.delete(name)).rejects.toMatchObject({ code: 'blob-unavailable' });
      }
    });

    it('deletes a blob, and does not mind when it is gone', async () => {
      const { blobs } = trial();
      const { sha256 } = await blobs.put(streamOf(Buffer.from('to be deleted')));
      await blobs.delete(sha256);
      expect(await blobs.exists(sha256)).toBe(false);
      await blobs.delete(sha256);
    });

    it('lists each once, with the time since it was put last', async () => {
      const { blobs, age } = trial();
      const stored = await Promise.all(
        Array.from({ length: 7 }, (_, index) =>
          blobs.put(streamOf(Buffer.from(`listed ${index}`))),
        ),
      );
      const HOUR_MS = 3_600_000;
      for (const { sha256 } of stored) await age(sha256, 2 * HOUR_MS);
      await blobs.put(streamOf(Buffer.from('listed 0')));
      await blobs.delete(stored[1]!.sha256);
      const listed = await listOf(blobs);
      const hashes = listed.map(({ sha256 }) => sha256);
      expect(new Set(hashes).size).toBe(hashes.length);
      const agesMs = stored.map(({ sha256 }) => listed.find((one) => one.sha256 === sha256)?.ageMs);
      expect(agesMs[0]).toBeLessThan(HOUR_MS);
      expect(agesMs[1]).toBeUndefined();
      for (const ageMs of agesMs.slice(2)) {
        expect(ageMs).toBeGreaterThan(1.9 * HOUR_MS);
        expect(ageMs).toBeLessThan(2.1 * HOUR_MS);
      }
    });

    it('can be read by many at once, and left half way', async () => {
      const { blobs } = trial();
      const bytes = Buffer.alloc(2_000_000, 'z');
      const { sha256 } = await blobs.put(streamOf(bytes));
      for await (const chunk of blobs.get(sha256)) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      const read = await Promise.all(Array.from({ length: 8 }, () => readBlob(blobs, sha256)));
      expect(read.every((one) => one.equals(bytes))).toBe(true);
    });
  });
}

export async function listOf(blobs: Blobs): Promise<readonly ListedBlob[]> {
  const listed: ListedBlob[] = [];
  for await (const blob of blobs.list()) listed.push(blob);
  return listed;
}

async function* streamOf(...chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function* failing(first: Buffer): AsyncGenerator<Uint8Array> {
  yield first;
  throw new Error('cut off');
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
