import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Blobs } from '../../../src/blobs/blobs.js';
import { FileBlobs } from '../../../src/blobs/file-blobs.js';
import { packPackage } from '../../../src/problems/pack-package.js';
import { VersionPackages } from '../../../src/problems/version-packages.js';
import { LANGUAGES } from './language-table.js';
import { DEFAULT_LIMITS, read, SMALL, textOf, writeFiles } from './package-on-disk.js';

/** A version in a blob store, and a machine that has not seen it yet. */
async function stored() {
  const root = await writeFiles({ ...SMALL, 'problem.yaml': 'name: Small\n' });
  const store = await writeFiles({}, 'blobs');
  const blobs = await FileBlobs.open(store);
  const { sha256 } = await blobs.put(packPackage(root));
  const { packageHash } = await read(root);
  const directory = join(await writeFiles({}, 'machine'), 'packages');
  let fetched = 0;
  const counting: Blobs = Object.assign(Object.create(blobs) as Blobs, {
    get: (hash: string) => {
      fetched += 1;
      return blobs.get(hash);
    },
  });
  const machine = () =>
    new VersionPackages({
      blobs: counting,
      directory,
      context: { languages: LANGUAGES, defaultLimits: DEFAULT_LIMITS },
    });
  return {
    version: { name: 'renamed', archiveSha256: sha256, packageHash, cpuTimeLimitMs: null },
    archive: join(store, sha256.slice(0, 2), sha256.slice(2)),
    directory,
    machine,
    fetches: () => fetched,
  };
}

describe('the packages of versions', () => {
  it('have the name and the time limit that the version has', async () => {
    const { version, machine } = await stored();
    const packages = machine();
    expect((await packages.open(version)).problem).toMatchObject({ id: 'renamed', name: 'Small' });
    const limited = await packages.open({ ...version, name: 'other', cpuTimeLimitMs: 1234 });
    expect(limited.problem).toMatchObject({ id: 'other', limits: { cpuTimeMs: 1234 } });
  });

  it('are fetched once on a machine, and read once in a process', async () => {
    const { version, machine, fetches, directory } = await stored();
    const packages = machine();
    const first = await packages.open(version);
    const again = await packages.open(version);
    expect(again.exampleSubmissions).toBe(first.exampleSubmissions);
    await machine().open(version);
    expect(fetches()).toBe(1);
    expect(await readdir(directory)).toEqual([version.archiveSha256]);
  });

  it('can be asked for by many at once', async () => {
    const { version, machine, directory } = await stored();
    const one = machine();
    const other = machine();
    await Promise.all([one, other, one, other].map((packages) => packages.open(version)));
    expect(await readdir(directory)).toEqual([version.archiveSha256]);
  });

  it('are fetched again when they were cleared away or changed', async () => {
    const { version, machine, directory } = await stored();
    const packages = machine();
    await packages.open(version);
    await rm(join(directory, version.archiveSha256), { recursive: true });
    const { problem } = await packages.open(version);
    expect(await textOf(problem.testCases[1]!.answer)).toBe('two\n');
    const answer = join(directory, version.archiveSha256, 'small', 'data/secret/1.ans');
    await writeFile(answer, 'TWO\n');
    const mended = await machine().open(version);
    expect(await textOf(mended.problem.testCases[1]!.answer)).toBe('two\n');
  });

  it('are not opened from a damaged archive, and are once it is mended', async () => {
    const { version, machine, archive, directory } = await stored();
    const whole = await readFile(archive);
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40);
    await writeFile(archive, damaged);
    const packages = machine();
    await expect(packages.open(version)).rejects.toMatchObject({ code: 'blob-unavailable' });
    expect(await readdir(directory)).toEqual([]);
    await rm(archive);
    await expect(packages.open(version)).rejects.toMatchObject({ code: 'blob-unavailable' });
    await writeFile(archive, whole);
    expect((await packages.open(version)).packageHash).toBe(version.packageHash);
  });
});
