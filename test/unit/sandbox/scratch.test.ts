import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisOwner } from '../../../src/sandbox/owner.js';
import { FileScratch } from '../../../src/sandbox/scratch.js';
import { bytesOf } from '../../contracts/sandbox-trial.js';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'minos-scratch-'));
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

describe('scratch', () => {
  it('gives back what was written, and is gone when disposed', async () => {
    const scratch = await FileScratch.open(parent);
    {
      await using spool = await scratch.open();
      await spool.write(Buffer.from('one '));
      await spool.write(Buffer.from('two'));
      const source = await spool.source();
      expect(source.sizeBytes).toBe(7);
      expect((await bytesOf(source)).toString()).toBe('one two');
      expect((await bytesOf(source)).toString()).toBe('one two');
      await spool.write(Buffer.from(' three'));
      expect((await bytesOf(source)).toString()).toBe('one two');
    }
    expect(await readdir(join(parent, await thisOwner()))).toEqual([]);
  });

  it('gives an empty source when nothing was written', async () => {
    await using spool = await (await FileScratch.open(parent)).open();
    expect((await spool.source()).sizeBytes).toBe(0);
  });

  it('removes what dead processes left, and nothing else', async () => {
    const [, namespace, pid, start] = (await thisOwner()).split('.');
    await mkdir(join(parent, ['another-boot', namespace, pid, start].join('.')));
    await mkdir(join(parent, 'something-else'));
    await FileScratch.open(parent);
    expect((await readdir(parent)).toSorted()).toEqual(
      [await thisOwner(), 'something-else'].toSorted(),
    );
  });

  it('leaves nothing when closed', async () => {
    {
      await using scratch = await FileScratch.open(parent);
      const spool = await scratch.open();
      await spool.write(Buffer.from('left behind'));
    }
    expect(await readdir(parent)).toEqual([]);
  });
});
