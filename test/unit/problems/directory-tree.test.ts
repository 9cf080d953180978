import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  errorIn,
  errorOf,
  errorWith,
  noticesOf,
  read,
  readWith,
  SMALL,
  textOf,
  writeFiles,
} from './package-on-disk.js';

describe('a package directory', () => {
  it('that does not exist is named in the error', async () => {
    expect(await errorOf(read('/nowhere/at-all'))).toBe(
      '/nowhere/at-all: there is no such package',
    );
  });

  it('is not a file, and an archive is refused with a hint', async () => {
    const root = await writeFiles({ 'a.zip': 'PK', 'a.txt': 'x' });
    expect(await errorOf(read(join(root, 'a.zip')))).toContain('is neither a directory nor');
    expect(await errorOf(read(join(root, 'a.txt')))).toContain('is neither a directory nor');
  });

  it('may be named by a symbolic link; the problem is named like its target', async () => {
    const root = await writeFiles(SMALL, 'target');
    const link = join(root, '..', 'link');
    await symlink(root, link);
    expect((await read(link)).problem.id).toBe('target');
  });
});

describe('a symbolic link', () => {
  it('inside the package is resolved, and equal cases share their content id', async () => {
    const { problem } = await readWith({
      'data/secret/2.in': { link: '1.in' },
      'data/secret/2.ans': { link: '../secret/1.ans' },
      'data/secret/again': { link: '../sample' },
    });
    expect(problem.testCases.map(({ name }) => name)).toEqual([
      'sample/1',
      'secret/1',
      'secret/2',
      'secret/again/1',
    ]);
    const [sample, first, second, again] = problem.testCases;
    expect(second!.contentId).toBe(first!.contentId);
    expect(again!.contentId).toBe(sample!.contentId);
    expect(first!.contentId).not.toBe(sample!.contentId);
    expect(await textOf(second!.input)).toBe('2\n');
  });

  it.each([
    ['data/secret/2.in', '/etc/hostname'],
    ['data/secret/2.in', '../../../../../../etc/hostname'],
    ['data/secret/more', '/etc'],
    ['submissions/accepted/b.py', '/dev/null'],
    ['include/python3', '/usr'],
    ['statement/problem.en.md', '../../nothing-here'],
  ])('%s that leaves the package is refused', async (path, link) => {
    expect(await errorWith({ [path]: { link } })).toBe(
      `${path}: the symbolic link leaves the package`,
    );
  });

  it('that leaves by way of a directory of the same beginning is refused', async () => {
    const root = await writeFiles({
      ...SMALL,
      'data/secret/2.in': { link: '../../../small-other/x' },
    });
    await mkdir(join(root, '..', 'small-other'));
    await writeFile(join(root, '..', 'small-other', 'x'), '');
    expect(await errorIn(root)).toContain('leaves the package');
  });

  it('that leads nowhere, to itself or upwards is refused', async () => {
    expect(await errorWith({ 'data/secret/2.in': { link: '3.in' } })).toContain('leads nowhere');
    expect(await errorWith({ 'data/secret/2.in': { link: '2.in' } })).toContain('points to itself');
    expect(await errorWith({ 'data/secret/up': { link: '..' } })).toContain(
      'data/secret/up: the symbolic link points to a directory it lies in',
    );
  });

  it('tree that doubles with every level ends in an error soon', async () => {
    const levels: Record<string, { link: string }> = {};
    for (let level = 0; level < 20; level += 1) {
      levels[`data/secret/l${level}/a`] = { link: `../l${level + 1}` };
      levels[`data/secret/l${level}/b`] = { link: `../l${level + 1}` };
    }
    const message = await errorWith({ ...levels, 'data/secret/l20/x': { link: '../1.in' } });
    expect(message).toContain('links to directories');
  });

  it('outside of what judging needs is left out with a notice', async () => {
    const found = await readWith({
      'problem.pdf': { link: '../../elsewhere/problem.pdf' },
      'input_validators/v/validation.h': { link: '/etc/hostname' },
    });
    expect(noticesOf(found)).toEqual([
      'problem.pdf: is not used: problem.pdf: the symbolic link leaves the package',
    ]);
  });
});

describe('an entry', () => {
  it('that is a FIFO is refused without being opened', async () => {
    const root = await writeFiles({ ...SMALL, 'data/secret/2.ans': 'x' });
    execFileSync('mkfifo', [join(root, 'data/secret/2.in')]);
    expect(await errorIn(root)).toBe('data/secret/2.in: is neither a file nor a directory');
  });

  it('with a newline, a backslash or a byte that is no UTF-8 in its name is refused', async () => {
    expect(await errorWith({ 'data/secret/a\nb.in': '' })).toBe(
      'data/secret/a\\u000ab.in: the name has a control character in it',
    );
    expect(await errorWith({ 'data/secret/a\\b.in': '' })).toContain('a backslash in it');
    const root = await writeFiles(SMALL);
    execFileSync('sh', [
      '-c',
      'cd "$1" && : > "$(printf \'\\377.in\')"',
      'sh',
      `${root}/data/secret`,
    ]);
    expect(await errorIn(root)).toContain('the name is not UTF-8');
  });

  it('with a leading dot is not of the package', async () => {
    const found = await readWith({
      '.git/objects/x': { link: '/etc' },
      'data/secret/.2.in': 'no case',
      'submissions/accepted/.gitkeep': '',
    });
    expect(found.problem.testCases).toHaveLength(2);
    expect(found.notices).toEqual([]);
  });

  it('that changes after reading is an error when it is judged with', async () => {
    const root = await writeFiles(SMALL);
    const { problem } = await read(root);
    await appendFile(join(root, 'data/sample/1.in'), 'more');
    await rm(join(root, 'data/sample/1.ans'));
    expect(await errorOf(textOf(problem.testCases[0]!.input))).toContain('changed since');
    expect(await errorOf(textOf(problem.testCases[0]!.answer))).toContain('cannot be read');
  });

  it('deeper than the cap is refused', async () => {
    const deep = Array.from({ length: 40 }, () => 'd').join('/');
    expect(await errorWith({ [`data/secret/${deep}/1.in`]: '' })).toContain('directories deep');
  });
});
