import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageDirectory } from '../../../src/problems/package-directory.js';
import { zipOf } from './zip-of.js';

describe('the directory of a package', () => {
  let root: string;
  let store: string;
  let archive: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'minos-store-'));
    store = join(root, 'store');
    archive = join(root, 'sum.zip');
    await writeFile(archive, zipOf([{ name: 'sum/problem.yaml', text: 'name: Sum\n' }]));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it('is its own, or none, when it is no archive', async () => {
    expect(await packageDirectory(root, store)).toBe(root);
    expect(await packageDirectory(join(root, 'absent.zip'), store)).toBe(join(root, 'absent.zip'));
  });

  it('is that of the unpacked archive, the same again for the same archive', async () => {
    const first = await packageDirectory(archive, store);
    expect(await readFile(join(first, 'problem.yaml'), 'utf8')).toBe('name: Sum\n');
    expect(await packageDirectory(archive, store)).toBe(first);
    expect(await readdir(store)).toHaveLength(1);
  });

  it('is one, also when two ask at once', async () => {
    const both = await Promise.all([1, 2].map(() => packageDirectory(archive, store)));
    expect(both[0]).toBe(both[1]);
    expect(await readdir(store)).toHaveLength(1);
  });

  it('is another when the archive is another', async () => {
    const first = await packageDirectory(archive, store);
    await writeFile(archive, zipOf([{ name: 'sum/problem.yaml', text: 'name: Other\n' }]));
    expect(await packageDirectory(archive, store)).not.toBe(first);
  });

  it('leaves nothing in the store of an archive that is refused', async () => {
    await writeFile(archive, zipOf([{ name: '../outside', text: 'x' }]));
    await expect(packageDirectory(archive, store)).rejects.toMatchObject({ code: 'bad-package' });
    expect(await readdir(store)).toEqual([]);
  });
});
