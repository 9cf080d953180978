import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINOS, minos } from './command-line.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-wrapper-'));
});
afterEach(() => rm(directory, { recursive: true }));

const { HOME: _home, ...homeless } = process.env;

describe('./minos', () => {
  it('works from another directory, through a chain of symbolic links', async () => {
    await symlink(MINOS, join(directory, 'real'));
    await symlink('real', join(directory, 'link'));
    const result = await minos(['languages'], { cwd: '/', file: join(directory, 'link') });
    expect(result.stdout).toContain('python3');
    expect(result.exitCode).toBe(0);
  });

  it.each([
    ['without a home', homeless],
    ['with an empty home', { ...process.env, HOME: '' }],
    ['with a home that is not there', { ...process.env, HOME: '/nonexistent' }],
  ])('works %s', async (_what, env) => {
    expect((await minos(['--version'], { env })).exitCode).toBe(0);
  });

  it('hands arguments on as they are', async () => {
    const result = await minos(['judge', 'no such package', 'a;b', '$HOME', '*']);
    expect(result.stderr).toContain('no such package');
    expect(result.exitCode).toBe(2);
  });

  it('installs nothing through a link, which would empty a directory of others', async () => {
    const checkout = join(directory, 'checkout');
    const shared = join(directory, 'shared');
    await mkdir(checkout);
    await mkdir(shared);
    await writeFile(join(shared, 'kept'), '');
    await symlink(shared, join(checkout, 'node_modules'));
    await copyFile(MINOS, join(checkout, 'minos'));
    const root = { name: 'checkout', version: '1.0.0' };
    const lock = { ...root, lockfileVersion: 3, packages: { '': root } };
    await writeFile(join(checkout, 'package.json'), JSON.stringify(root));
    await writeFile(join(checkout, 'package-lock.json'), JSON.stringify(lock));

    const result = await minos(['--version'], { file: join(checkout, 'minos') });
    expect(result.stderr).toContain('node_modules is a symbolic link');
    expect(result.exitCode).toBe(3);
    expect(await readdir(shared)).toEqual(['kept']);
  });

  it('prints nothing but results on stdout', async () => {
    const { stdout } = await minos(['languages', '--json']);
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids).toContain('cpp20');
  });
});
