import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisOwner } from '../../../../src/sandbox/owner.js';
import { RootStore } from '../../../../src/sandbox/native/root-store.js';

const IMAGE = 'minos/lua:0123456789abcdef';
const OWN = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const TIME = new Date('2026-01-02T03:04:05Z');

type Item = Partial<Header> & { readonly name: string; readonly text?: string };

const FILES: readonly Item[] = [
  { name: './', type: 'directory', mode: 0o755 },
  { name: 'usr/', type: 'directory', mode: 0o755 },
  { name: 'usr/bin/', type: 'directory', mode: 0o555 },
  { name: 'usr/bin/lua', mode: 0o755, text: 'a program' },
  { name: 'usr/bin/lua5', type: 'link', linkname: 'usr/bin/lua' },
  { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
  { name: 'dev/', type: 'directory', mode: 0o755 },
  { name: 'dev/console', text: '' },
  { name: '.dockerenv', text: '' },
];

async function* archive(items: readonly Item[] = FILES): AsyncGenerator<Uint8Array> {
  const tar = pack();
  for (const { text = '', ...header } of items) {
    tar.entry({ ...OWN, mtime: TIME, ...header }, text);
  }
  tar.finalize();
  yield* tar as AsyncIterable<Buffer>;
}

let directory: string;
let store: RootStore;
let unpacked = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-roots-'));
  store = await RootStore.open(directory);
  unpacked = 0;
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function ensure(items?: readonly Item[], image = IMAGE): Promise<string> {
  return store.ensure(image, () => {
    unpacked += 1;
    return Promise.resolve(archive(items));
  });
}

describe('an unpacked image', () => {
  it('has the contents, modes, times and links of its archive, but no devices', async () => {
    const root = await ensure();
    expect(await readFile(join(root, 'bin/lua'), 'utf8')).toBe('a program');
    const program = await stat(join(root, 'usr/bin/lua'));
    expect(program.mode & 0o7777).toBe(0o755);
    expect(program.mtime).toEqual(TIME);
    expect(program.nlink).toBe(2);
    expect((await stat(join(root, 'usr/bin'))).mode & 0o7777).toBe(0o555);
    expect((await stat(join(root, 'usr'))).mtime).toEqual(TIME);
    expect(await readlink(join(root, 'bin'))).toBe('usr/bin');
    expect(await readdir(join(root, 'dev'))).toEqual([]);
    expect((await readdir(root)).toSorted()).toEqual(['bin', 'dev', 'usr']);
  });

  it('is unpacked once', async () => {
    const first = await ensure();
    expect(await ensure()).toBe(first);
    const other = await RootStore.open(directory);
    expect(await other.ensure(IMAGE, () => Promise.reject(new Error('again?')))).toBe(first);
    expect(unpacked).toBe(1);
  });

  const damages: Readonly<Record<string, (root: string) => Promise<unknown>>> = {
    'a file that was changed': (root) => appendFile(join(root, 'usr/bin/lua'), '!'),
    'a file of the same size and time': async (root) => {
      await writeFile(join(root, 'usr/bin/lua'), 'A PROGRAM');
      await utimes(join(root, 'usr/bin/lua'), TIME, TIME);
    },
    'a file that was cut short': (root) => truncate(join(root, 'usr/bin/lua'), 0),
    'a file that is gone': (root) => rm(join(root, 'usr/bin/lua')),
    'a file that was added': (root) => writeFile(join(root, 'usr/extra'), ''),
    'a link that leads elsewhere': async (root) => {
      await rm(join(root, 'bin'));
      await mkdir(join(root, 'bin'));
    },
    'no manifest': (root) => rm(join(root, '../manifest.json')),
    'half a manifest': (root) => truncate(join(root, '../manifest.json'), 100),
  };

  it.each(Object.entries(damages))('is unpacked again when it has %s', async (_what, damage) => {
    await damage(await ensure());
    const root = await ensure();
    expect(unpacked).toBe(2);
    expect(await readFile(join(root, 'bin/lua'), 'utf8')).toBe('a program');
    expect(await readdir(join(root, 'usr'))).toEqual(['bin']);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('is taken as it is when only the times of files differ, and that is recorded', async () => {
    const root = await ensure();
    const manifest = join(root, '../manifest.json');
    const before = await readFile(manifest, 'utf8');
    await utimes(join(root, 'usr/bin/lua'), TIME, TIME);
    await ensure();
    expect(unpacked).toBe(1);
    expect(await readFile(manifest, 'utf8')).not.toBe(before);
    await ensure();
    expect(unpacked).toBe(1);
  });

  it('is thrown away when nobody wants it any more', async () => {
    await ensure();
    await ensure(FILES, 'minos/awk:1');
    expect(await store.prune(['minos/awk:1'])).toEqual(['lua-0123456789abcdef']);
    expect(await readdir(directory)).toEqual(['awk-1']);
  });
});

describe('an archive that is no image of ours', () => {
  const archives: Readonly<Record<string, readonly Item[]>> = {
    'climbs out': [{ name: '../outside', text: 'x' }],
    'writes through a symbolic link': [
      { name: 'etc', type: 'symlink', linkname: '/etc' },
      { name: 'etc/passwd', text: 'x' },
    ],
    'links to what it does not have': [{ name: 'x', type: 'link', linkname: '/etc/passwd' }],
    'has a device': [{ name: 'null', type: 'character-device' }],
  };

  it.each(Object.entries(archives))(
    'is refused when it %s, and leaves nothing',
    async (_, items) => {
      await expect(ensure(items)).rejects.toMatchObject({ code: 'image-build-failed' });
      expect(await readdir(directory)).toEqual([]);
    },
  );

  it('is refused when it is cut short', async () => {
    const cut = store.ensure(IMAGE, () =>
      Promise.resolve(
        (async function* () {
          for await (const chunk of archive()) yield chunk.subarray(0, 700);
        })(),
      ),
    );
    await expect(cut).rejects.toMatchObject({ code: 'image-build-failed' });
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('what a process left half unpacked', () => {
  it('is removed when that process is dead, and spared while it lives', async () => {
    const [boot, namespace, pid] = (await thisOwner()).split('.');
    const dead = `new-${String(boot)}.${String(namespace)}.${String(pid)}.1-00000000`;
    const living = `new-${await thisOwner()}-00000000`;
    await mkdir(join(directory, dead));
    await mkdir(join(directory, living));
    await RootStore.open(directory);
    expect(await readdir(directory)).toEqual([living]);
  });
});

it('records the hash of every file', async () => {
  await ensure();
  const manifest = await readFile(join(directory, 'lua-0123456789abcdef/manifest.json'), 'utf8');
  expect(manifest).toContain(createHash('sha256').update('a program').digest('hex'));
});
