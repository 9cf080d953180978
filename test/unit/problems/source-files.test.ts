import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSourceFiles } from '../../../src/problems/source-files.js';
import { errorOf, textOf, writeFiles } from './package-on-disk.js';

const LIMIT = 1024;
const names = async (...paths: readonly string[]) =>
  (await readSourceFiles(paths, LIMIT)).map(({ name }) => name);
const errorFor = (...paths: readonly string[]) => errorOf(readSourceFiles(paths, LIMIT));

describe('source files', () => {
  it('are the ones named, under their own names', async () => {
    const root = await writeFiles({ 'a.cpp': 'int main(){}', 'b.h': '' });
    const files = await readSourceFiles([join(root, 'a.cpp'), join(root, 'b.h')], LIMIT);
    expect(files.map(({ name }) => name)).toEqual(['a.cpp', 'b.h']);
    expect(await textOf(files[0]!.content)).toBe('int main(){}');
  });

  it('are all of one directory, hidden ones left out', async () => {
    const root = await writeFiles({
      'Main.java': '',
      'sub/B.java': '',
      '.git/config': '',
      'c.java': { link: 'Main.java' },
    });
    expect(await names(root)).toEqual(['Main.java', 'c.java', 'sub/B.java']);
  });

  it('must exist, and be files of plain names', async () => {
    const root = await writeFiles({
      'a b.py': '',
      '-o.py': '',
      'a\nb.py': '',
      '@x.py': '',
      'd/x.py': '',
    });
    expect(await errorFor()).toBe('no source file is given');
    expect(await errorFor('/nowhere/a.py')).toBe('/nowhere/a.py: there is no such file');
    for (const name of ['a b.py', '-o.py', 'a\nb.py', '@x.py']) {
      const message = await errorFor(join(root, name));
      expect(message).toContain('is no plain file name');
      expect(message).not.toContain('\n');
    }
    expect(await errorFor(join(root, 'd'), join(root, 'a b.py'))).toContain('is a directory');
    expect(await errorFor(root)).toContain('is no plain file name');
    expect(await errorFor(await writeFiles({}))).toContain('has no file in it');
  });

  it('have different names', async () => {
    const root = await writeFiles({ 'a.py': '', 'd/a.py': '' });
    expect(await errorFor(join(root, 'a.py'), join(root, 'd/a.py'))).toContain(
      'a second file of the name a.py',
    );
  });

  it('are no devices, FIFOs or links out of their directory', async () => {
    expect(await errorFor('/dev/zero')).toBe('/dev/zero: is no regular file');
    const root = await writeFiles({ 'a.py': '' });
    execFileSync('mkfifo', [join(root, 'b.py')]);
    expect(await errorFor(join(root, 'b.py'))).toContain('is no regular file');
    expect(await errorFor(root)).toContain('is no regular file');
    expect(await errorFor(await writeFiles({ 'a.py': { link: '/etc/hostname' } }))).toContain(
      'the symbolic link leaves the directory',
    );
    expect(await errorFor(await writeFiles({ 'a.py': { link: 'b.py' } }))).toContain(
      'leads nowhere',
    );
    expect(await errorFor(await writeFiles({ 'd/e': { link: '../d' } }))).toContain('deep');
  });

  it('together are within the code limit', async () => {
    const root = await writeFiles({ 'a.py': 'x'.repeat(1024), 'b.py': 'y' });
    expect(await names(join(root, 'a.py'))).toEqual(['a.py']);
    expect(await errorFor(root)).toBe(
      'the 2 source files together: 1025 bytes are more than the code limit of 1 KiB',
    );
    const large = await writeFiles({ 'a.py': 'x'.repeat(1025) });
    expect(await errorFor(join(large, 'a.py'))).toBe(
      'a.py: 1025 bytes are more than the code limit of 1 KiB',
    );
  });
});
