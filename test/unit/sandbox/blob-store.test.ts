import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceOf } from '../../../src/judging/bytes.js';
import { SandboxFailure } from '../../../src/judging/ports.js';
import { BlobArtifactStore } from '../../../src/sandbox/artifact-store.js';
import { BlobStore } from '../../../src/sandbox/blob-store.js';
import { FileCollector } from '../../../src/sandbox/file-collector.js';
import { bytesOf, file } from '../../contracts/sandbox-trial.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-blobs-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const open = (maxBytes = 2 ** 20) => BlobStore.open({ directory, maxBytes });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the blob store', () => {
  it('gives back what was put, any number of times', async () => {
    const stored = await (await open()).put(sourceOf(Buffer.from('hello')));
    expect(stored).toMatchObject({ sha256: sha256('hello'), sizeBytes: 5 });
    expect((await bytesOf(stored)).toString()).toBe('hello');
    expect((await bytesOf(stored)).toString()).toBe('hello');
  });

  it('keeps equal bytes once', async () => {
    const store = await open();
    await store.put(sourceOf(Buffer.from('same')));
    await store.put(sourceOf(Buffer.from('same')));
    expect(await readdir(directory)).toEqual([sha256('same')]);
  });

  it('shows nothing that is not whole, and leaves nothing of it', async () => {
    const store = await open();
    const broken = {
      sizeBytes: 10,
      async *read() {
        yield Buffer.from('half');
        throw new Error('the disk failed');
      },
    };
    await expect(store.put(broken)).rejects.toThrow('the disk failed');
    expect(await readdir(directory)).toEqual([]);
  });

  it('fails as a sandbox when a blob has another size than it had, or is gone', async () => {
    const stored = await (await open()).put(sourceOf(Buffer.from('hello')));
    await writeFile(join(directory, stored.sha256), 'hell');
    await expect(bytesOf(stored)).rejects.toThrow(SandboxFailure);
    await rm(join(directory, stored.sha256));
    await expect(bytesOf(stored)).rejects.toThrow(SandboxFailure);
  });

  it('lends what is its own, closed to everybody but who is given it', async () => {
    const store = await open();
    const stored = await store.put(sourceOf(Buffer.from('hello')));
    await chmod(join(directory, stored.sha256), 0o600);
    expect(await store.lend(stored)).toBe(stored.sha256);
    expect((await stat(join(directory, stored.sha256))).mode & 0o777).toBe(0o555);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await store.lend(sourceOf(Buffer.from('hello')))).toBeUndefined();
    expect(await store.lend({ ...stored })).toBeUndefined();
  });

  it('lends nothing that is damaged or gone, until it is put again', async () => {
    const store = await open();
    const stored = await store.put(sourceOf(Buffer.from('hello')));
    await writeFile(join(directory, stored.sha256), 'hallo');
    await expect(store.lend(stored)).rejects.toThrow(SandboxFailure);
    await rm(join(directory, stored.sha256));
    await expect(store.lend(stored)).rejects.toThrow(SandboxFailure);
    await store.put(sourceOf(Buffer.from('hello')));
    expect(await store.lend(stored)).toBe(stored.sha256);
  });

  it('heals a damaged blob when its bytes are put again', async () => {
    const store = await open();
    const stored = await store.put(sourceOf(Buffer.from('hello')));
    await writeFile(join(directory, stored.sha256), 'hell');
    await store.put(sourceOf(Buffer.from('hello')));
    expect((await bytesOf(stored)).toString()).toBe('hello');
  });

  it('drops what was not used for the longest time, once it is over its bound', async () => {
    const store = await open(10);
    for (const [text, hoursAgo] of [
      ['oldest', 3],
      ['older', 2],
      ['newer', 1],
    ] as const) {
      const { sha256: name } = await store.put(sourceOf(Buffer.from(text)));
      const usedAt = new Date(Date.now() - hoursAgo * 3_600_000);
      await utimes(join(directory, name), usedAt, usedAt);
    }
    await open(10);
    expect((await readdir(directory)).toSorted()).toEqual(
      [sha256('newer'), sha256('older')].toSorted(),
    );
  });

  it('keeps what was used lately, whatever its bound', async () => {
    const store = await open(1);
    const stored = await store.put(sourceOf(Buffer.from('in use')));
    await open(1);
    expect((await bytesOf(stored)).toString()).toBe('in use');
  });
});

describe('the artifact store', () => {
  it('names an artifact by names, modes and contents', async () => {
    const store = new BlobArtifactStore(await open());
    const artifact = await store.put([file('a', 'A', true)]);
    expect((await store.put([file('a', 'A', true)])).contentHash).toBe(artifact.contentHash);
    for (const other of [file('b', 'A', true), file('a', 'B', true), file('a', 'A')]) {
      expect((await store.put([other])).contentHash).not.toBe(artifact.contentHash);
    }
    expect((await bytesOf(artifact.files[0]!.content)).toString()).toBe('A');
  });

  it('does not copy files that were collected into its blobs', async () => {
    const blobs = await open();
    const collector = new FileCollector(blobs);
    await collector.begin({ name: 'p', executable: true, sizeBytes: 3 });
    await collector.write(Buffer.from('abc'));
    const [collected] = await collector.finish();
    const { files } = await new BlobArtifactStore(blobs).put([collected!]);
    expect(files[0]?.content).toBe(collected?.content);
  });
});

describe('the file collector', () => {
  it('leaves nothing of a file that did not come to its end', async () => {
    {
      await using collector = new FileCollector(await open());
      await collector.begin({ name: 'p', executable: true, sizeBytes: 100 });
      await collector.write(Buffer.from('abc'));
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes empty files', async () => {
    const collector = new FileCollector(await open());
    await collector.begin({ name: 'empty', executable: false, sizeBytes: 0 });
    await collector.begin({ name: 'also', executable: false, sizeBytes: 0 });
    expect((await collector.finish()).map(({ name }) => name)).toEqual(['empty', 'also']);
  });
});
