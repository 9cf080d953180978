import { chmod, cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packContext } from '../../../src/sandbox/docker/image-context.js';
import { readRecipes } from '../../../src/sandbox/docker/image-recipes.js';

const BASE = 'debian:trixie-slim';
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'recipes-'));
  await mkdir(join(root, 'runner', 'tests'), { recursive: true });
  await writeFile(join(root, 'runner', 'Makefile'), 'all:\n');
  await writeFile(join(root, 'runner', 'runner.c'), 'int main(void);\n');
  for (const name of ['common', 'runner', 'launcher', 'lua', 'awk']) {
    await mkdir(join(root, 'images', name), { recursive: true });
    await writeFile(join(root, 'images', name, 'Dockerfile'), `FROM ${name}\n`);
  }
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function tags(base = BASE, directory = root) {
  const recipes = await readRecipes({
    imagesDirectory: join(directory, 'images'),
    runnerDirectory: join(directory, 'runner'),
    base,
  });
  const all = [recipes.common, recipes.runner, recipes.launcher, ...recipes.toolchains.values()];
  return Object.fromEntries(all.map(({ name, tag }) => [name, tag]));
}

/** Names of the images whose tags a change moves. */
async function movedBy(change: () => Promise<unknown>, base = BASE) {
  const before = await tags();
  await change();
  const after = await tags(base);
  return Object.keys(after).filter((name) => before[name] !== after[name]);
}

describe('readRecipes', () => {
  it('names a toolchain after its directory and a hash', async () => {
    const { lua } = await tags();
    expect(lua).toMatch(/^minos\/lua:[0-9a-f]{16}$/);
  });

  it('gives the same tags in another checkout, at another time, with other permissions', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'recipes-'));
    await cp(root, copy, { recursive: true });
    await utimes(join(copy, 'images/lua/Dockerfile'), 1, 1);
    await chmod(join(copy, 'images/lua/Dockerfile'), 0o600);
    expect(await tags(BASE, copy)).toEqual(await tags());
    await rm(copy, { recursive: true });
  });

  it('moves one tag when a file of one toolchain changes', async () => {
    const moved = await movedBy(() => writeFile(join(root, 'images/lua/extra'), ''));
    expect(moved).toEqual(['lua']);
  });

  it('moves a tag when a file becomes executable', async () => {
    const moved = await movedBy(() => chmod(join(root, 'images/lua/Dockerfile'), 0o755));
    expect(moved).toEqual(['lua']);
  });

  it('moves the toolchains, not the common image, when the supervisor changes', async () => {
    const moved = await movedBy(() => writeFile(join(root, 'runner/runner.c'), 'int x;\n'));
    expect(moved).toEqual(['runner', 'awk', 'lua']);
  });

  it('moves only the launcher when the launcher changes', async () => {
    await mkdir(join(root, 'runner/launcher'));
    const moved = await movedBy(() => writeFile(join(root, 'runner/launcher/room.c'), 'int x;\n'));
    expect(moved).toEqual(['launcher']);
  });

  it('moves nothing when tests, notes or build products of the supervisor change', async () => {
    const moved = await movedBy(async () => {
      await writeFile(join(root, 'runner/tests/kill.test.ts'), '');
      await writeFile(join(root, 'runner/README.md'), '');
      await mkdir(join(root, 'runner/build'));
      await writeFile(join(root, 'runner/build/supervisor'), '');
    });
    expect(moved).toEqual([]);
  });

  it('moves everything when the declared base changes', async () => {
    const moved = await movedBy(() => Promise.resolve(), 'debian:forky-slim');
    expect(moved).toEqual(['common', 'runner', 'launcher', 'awk', 'lua']);
  });

  it('does not count directories without a Dockerfile as toolchains', async () => {
    await mkdir(join(root, 'images/notes'));
    expect(Object.keys(await tags())).toEqual(['common', 'runner', 'launcher', 'awk', 'lua']);
  });

  it('says which file is missing', async () => {
    await rm(join(root, 'runner/Makefile'));
    await expect(tags()).rejects.toThrow('runner/Makefile: no such file');
  });
});

describe('packContext', () => {
  it('gives the same bytes each time', async () => {
    const files = [{ name: 'a/b', executable: true, content: Buffer.from('x') }];
    expect(await packContext(files)).toEqual(await packContext(files));
  });
});
