import { execFileSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackArchive, type UnpackOptions } from '../../../src/problems/archive.js';
import { zipOf, type ZipEntry } from './zip-of.js';

const MIB = 2 ** 20;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-archive-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Unpacks and says what came, or what was wrong; whatever came of it, nothing half-done is left. */
async function unpack(bytes: Uint8Array, options: UnpackOptions = {}): Promise<string> {
  const archive = join(directory, 'sum.zip');
  const parent = join(directory, 'unpacked');
  await writeFile(archive, bytes);
  try {
    return await unpackArchive(archive, parent, options);
  } catch (error) {
    expect(await readdir(parent).catch(() => [])).toEqual([]);
    const left = (await readdir(directory)).filter((name) => name !== 'unpacked');
    expect(left).toEqual(['sum.zip']);
    expect(error).toMatchObject({ name: 'JudgeError', code: 'bad-package' });
    // The archive was refused; the thread did not break over it.
    expect((error as Error).message).not.toMatch(/could not be finished|ended early/);
    return (error as Error).message.replace(`${archive}: `, 'archive: ');
  }
}

type TarEntry = Partial<Header> & { readonly name: string; readonly text?: string };

async function tarGz(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { text = '', ...header } of entries) archive.entry(header, text);
  archive.finalize();
  return await buffer(archive.pipe(createGzip()));
}

const YAML: ZipEntry = { name: 'sum/problem.yaml', text: 'name: Sum\n' };

describe('a package in an archive', () => {
  it('is unpacked from a zip, with executables and links', async () => {
    const root = await unpack(
      zipOf([
        { name: 'sum/' },
        YAML,
        { name: 'sum/run', text: '#!/bin/sh\n', mode: 0o100755 },
        { name: 'sum/link', text: 'run', mode: 0o120777 },
      ]),
    );
    expect(root).toMatch(/\/sum$/);
    expect(await readFile(join(root, 'problem.yaml'), 'utf8')).toBe('name: Sum\n');
    expect(await readlink(join(root, 'link'))).toBe('run');
    expect(await readFile(join(root, 'link'), 'utf8')).toBe('#!/bin/sh\n');
  });

  it('is unpacked from a tar.gz, however it is called', async () => {
    const root = await unpack(
      await tarGz([
        { name: './sum/', type: 'directory' },
        { name: './sum/problem.yaml', text: 'name: Sum\n' },
        { name: './sum/data/ünïcödé', text: 'x' },
        { name: './sum/data/link', type: 'symlink', linkname: '../problem.yaml' },
      ]),
    );
    expect(await readFile(join(root, 'data/link'), 'utf8')).toBe('name: Sum\n');
    expect(await readdir(join(root, 'data'))).toContain('ünïcödé');
  });

  it('has the name of the archive when its files lie at the top', async () => {
    const root = await unpack(zipOf([{ name: 'problem.yaml', text: 'name: Sum\n' }]));
    expect(root).toMatch(/\/sum$/);
  });
});

describe('an archive is refused, and nothing is left,', () => {
  const NAMES: readonly (readonly [string, string | Buffer])[] = [
    ['climbs out', '../outside'],
    ['climbs out in the middle', 'sum/../../outside'],
    ['is absolute', '/tmp/outside'],
    ['names a drive', 'C:/outside'],
    ['has backslashes', '..\\outside'],
    ['has a newline', 'a\nb'],
    ['has a NUL', 'a\0b'],
    ['is not UTF-8', Buffer.from([0x61, 0xff, 0xfe])],
    ['has a segment of 300 bytes', 'n'.repeat(300)],
    ['has 64 KB', 'n/'.repeat(32_000) + 'n'],
    ['is a thousand directories deep', 'd/'.repeat(1000).slice(0, -1)],
    ['turns the reading direction', 'a\u202eb'],
  ];
  it.each(NAMES)('when a name of a zip %s', async (_, name) => {
    expect(await unpack(zipOf([YAML, { name, text: 'x' }]))).toMatch(/^archive: /);
  });
  it.each(NAMES.filter(([, name]) => typeof name === 'string'))(
    'when a name of a tar %s',
    async (_, name) => {
      // A NUL ends a name in a tar, so that one is another name.
      if (name.includes('\0')) return;
      const bytes = await tarGz([{ name: String(name), text: 'x' }]);
      expect(await unpack(bytes)).toMatch(/^archive: /);
    },
  );

  it.each([
    ['to an absolute path', '/etc/passwd'],
    ['above the package', '../../etc/passwd'],
    ['nowhere', 'absent'],
    ['to itself', 'link'],
  ])('when a link leads %s', async (_, target) => {
    const link = { name: 'sum/link', text: target, mode: 0o120777 };
    expect(await unpack(zipOf([YAML, link]))).toContain('the symbolic link');
    const tar = await tarGz([{ name: 'sum/link', type: 'symlink', linkname: target }]);
    expect(await unpack(tar)).toContain('the symbolic link');
  });

  it('when links lead out together, each of which alone would not', async () => {
    const bytes = await tarGz([
      { name: 'x/y/z/up', type: 'symlink', linkname: '../../..' },
      { name: 'out', type: 'symlink', linkname: 'x/y/z/up/../..' },
    ]);
    expect(await unpack(bytes)).toContain('the symbolic link leaves the package');
  });

  it('when a file lies behind a link', async () => {
    const bytes = await tarGz([
      { name: 'data', type: 'symlink', linkname: '/tmp' },
      { name: 'data/outside', text: 'x' },
    ]);
    expect(await unpack(bytes)).toContain('is there twice');
  });

  it.each(['link', 'fifo', 'character-device', 'block-device'] as const)(
    'when an entry of a tar is a %s',
    async (type) => {
      const bytes = await tarGz([{ name: 'odd', type, linkname: 'problem.yaml', devmajor: 1 }]);
      expect(await unpack(bytes)).toContain('neither a file nor a directory');
    },
  );
  it.each([
    ['device', 0o020666],
    ['FIFO', 0o010644],
    ['socket', 0o140755],
  ])('when an entry of a zip is a %s', async (_, mode) => {
    expect(await unpack(zipOf([{ name: 'odd', text: '', mode }]))).toContain(
      'neither a file nor a directory',
    );
  });

  it('when a name is there twice, or again in other letters', async () => {
    expect(await unpack(zipOf([YAML, YAML]))).toContain('is there twice');
    expect(await unpack(zipOf([YAML, { name: 'sum/PROBLEM.yaml' }]))).toContain('case');
    expect(await unpack(zipOf([{ name: 'a' }, { name: 'a/b' }]))).toContain('is there twice');
  });

  it('when it has too many entries', async () => {
    const bytes = zipOf(Array.from({ length: 25_000 }, (_, index) => ({ name: `d/${index}` })));
    expect(await unpack(bytes)).toContain('more than 20000 entries');
  });

  it('when it unpacks to too much', async () => {
    const zeros = zipOf([{ name: 'zeros', data: Buffer.alloc(80 * MIB), deflate: true }]);
    expect(await unpack(zeros)).toContain('times its size');
    expect(await unpack(zeros, { limits: { unpackedBytes: MIB } })).toContain('larger than 1 MiB');
    const tar = gzipSync(Buffer.alloc(80 * MIB));
    expect(await unpack(tar)).toContain('times its size');
  });

  it('when its sizes lie', async () => {
    const lying = zipOf([{ name: 'small', data: Buffer.alloc(MIB), deflate: true, claims: 10 }]);
    expect(await unpack(lying)).toMatch(/^archive: /);
  });

  it('when its entries share their bytes', async () => {
    const bytes = zipOf([
      { name: 'aa', data: Buffer.alloc(1000) },
      { name: 'bb', data: Buffer.alloc(1000), sharesFirst: true },
    ]);
    expect(await unpack(bytes)).toMatch(/overlap|^archive: /);
  });

  it('when a header of a tar would fill the memory', async () => {
    const bytes = await tarGz([{ name: 'n'.repeat(100), pax: { comment: 'x'.repeat(MIB) } }]);
    expect(await unpack(bytes)).toContain('too long');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a zip', zipOf([YAML]).subarray(0, 40)],
    ['half a tar.gz', gzipSync(Buffer.alloc(2048, 1)).subarray(0, 20)],
    ['a gzip of no tar', gzipSync('no tar at all')],
    ['another archive', Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1')],
    ['an empty zip', zipOf([])],
  ])('when it is %s', async (_, bytes) => {
    expect(await unpack(bytes)).toMatch(/^archive: /);
  });

  it('at the deadline', async () => {
    const bytes = zipOf([YAML]);
    expect(await unpack(bytes, { deadlineMs: 1 })).toContain('took longer than 0.001 s');
  });
});

it('leaves the judge awake while it works', async () => {
  const bytes = zipOf([{ name: 'zeros', data: Buffer.alloc(60 * MIB), deflate: true }]);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await unpack(bytes);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(10);
});

it('unpacks what Info-ZIP and tar pack', async () => {
  const packed = join(directory, 'sum');
  await mkdir(join(packed, 'data'), { recursive: true });
  await writeFile(join(packed, 'data', '1.in'), '1 2\n');
  await symlink('1.in', join(packed, 'data', '2.in'));
  execFileSync('tar', ['-C', directory, '-czf', join(directory, 'made.tgz'), 'sum']);
  const root = await unpackArchive(join(directory, 'made.tgz'), join(directory, 'unpacked'));
  expect(await readFile(join(root, 'data', '2.in'), 'utf8')).toBe('1 2\n');
});
