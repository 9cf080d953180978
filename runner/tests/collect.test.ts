import { beforeAll, describe, expect, it } from 'vitest';
import { buildTestImage } from './image.js';
import { resultOf, run } from './supervised.js';

beforeAll(() => buildTestImage());

describe('collecting', () => {
  it('hands out files with their content and executable bit, in the order asked for', async () => {
    const ran = await run({
      command: ['/probes/files', 'good'],
      collect: ['d/note', 'a.out', 'empty'],
    });
    expect(resultOf(ran)).toMatchObject({ end: { kind: 'exited', exitCode: 0 } });
    expect(resultOf(ran)).not.toHaveProperty('collectProblem');
    expect([...ran.files]).toEqual([
      ['d/note', { executable: false, text: 'text' }],
      ['a.out', { executable: true, text: 'ELF' }],
      ['empty', { executable: false, text: '' }],
    ]);
  });

  it('leaves out what was not made, without a word', async () => {
    const ran = await run({
      command: ['/probes/files', 'good'],
      collect: ['no', 'no/such', 'a.out', 'd/no'],
    });
    expect([...ran.files.keys()]).toEqual(['a.out']);
    expect(resultOf(ran)).not.toHaveProperty('collectProblem');
  });

  it.each([
    ['a symbolic link to a file of the image', ['link', 'x'], 'x', 'x: a symbolic link'],
    [
      "a symbolic link to the supervisor's stdout",
      ['link-to-supervisor', 'x'],
      'x',
      'x: a symbolic link',
    ],
    [
      'a directory that is a symbolic link',
      ['link-in-the-way'],
      'd/passwd',
      'd/passwd: Not a directory',
    ],
    ['a FIFO', ['fifo', 'x'], 'x', 'x: not a regular file'],
    ['a socket', ['socket', 'x'], 'x', 'x: No such device or address'],
    ['a directory', ['directory', 'x'], 'x', 'x: not a regular file'],
    ['a hard link', ['hard-link', 'x'], 'x', 'x: a hard link'],
    ['a file closed to its owner', ['closed', 'x'], 'x', 'x: Permission denied'],
    ['a file over the cap', ['large', 'x'], 'x', 'x: too large'],
    ['a file below a file', ['good'], 'a.out/x', 'a.out/x: Not a directory'],
  ])('refuses %s', async (_, deed, name, problem) => {
    const ran = await run({ command: ['/probes/files', ...deed], collect: [name] });
    expect(resultOf(ran)).toMatchObject({
      end: { kind: 'exited', exitCode: 0 },
      collectProblem: problem,
    });
    expect(ran.files.size).toBe(0);
  });

  it('hands out what is good beside what is not', async () => {
    const ran = await run({ command: ['/probes/files', 'good'], collect: ['d', 'a.out'] });
    expect(resultOf(ran).collectProblem).toBe('d: not a regular file');
    expect([...ran.files.keys()]).toEqual(['a.out']);
  });

  it('takes names as they are, newlines and dashes included', async () => {
    const names = ['-rf', 'a\nb', ' '];
    for (const name of names) {
      const ran = await run({
        command: ['/probes/files', 'large', name],
        collect: [name],
        collectBytes: 2 ** 20,
      });
      expect(ran.files.get(name)?.text).toHaveLength(2 ** 20);
    }
  });

  it('works also after a program that had to be killed', async () => {
    const ran = await run({
      command: ['/bin/sh', '-c', 'echo made > x; while :; do :; done'],
      collect: ['x'],
      limits: { cpuKillMs: 200, wallTimeMs: 30_000 },
    });
    expect(resultOf(ran).stopCause).toBe('cpu-time');
    expect(ran.files.get('x')?.text).toBe('made\n');
  });
});
