import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { OpenedSandbox } from './sandbox.contract.js';
import { bytesOf, file, MIB, shell, tryOut } from './sandbox-trial.js';

export function fileClaims(use: () => OpenedSandbox): void {
  const run = (...args: Parameters<typeof shell>) => tryOut(use().sandbox, shell(...args));

  it('stages files with their modes, in directories too', async () => {
    const { stdout } = await run('cd /box && cat a.txt lib/deep/b.txt && stat -c %a a.txt run.sh', {
      files: [file('a.txt', 'A\n'), file('lib/deep/b.txt', 'B\n'), file('run.sh', '', true)],
    });
    expect(stdout.toString()).toBe('A\nB\n444\n555\n');
  });

  it('executes a staged program', async () => {
    const { stdout } = await run('', {
      command: ['/box/bin/hello', 'world'],
      files: [file('bin/hello', '#!/bin/sh\necho "hello $1"\n', true)],
    });
    expect(stdout.toString()).toBe('hello world\n');
  });

  it('puts work files where the program may change them', async () => {
    const { stdout } = await run('echo more >>notes.txt && cat notes.txt && pwd -P', {
      workFiles: [file('notes.txt', 'some\n')],
    });
    expect(stdout.toString()).toMatch(/^some\nmore\n\/.*\n$/);
  });

  it('lets the program write in its directory', async () => {
    const { stdout } = await run('mkdir d && echo x >d/f && mv d/f g && cat g && rm -r d');
    expect(stdout.toString()).toBe('x\n');
  });

  it('collects the files asked for, byte for byte, in order, absent ones left out', async () => {
    const content = randomBytes(MIB);
    const { outcome } = await run('cat >b; cp b a; chmod +x a; echo no >other', {
      stdin: content,
      collect: ['a', 'missing', 'b'],
      collectBytes: 4 * MIB,
    });
    expect(outcome.collected.map(({ name, executable }) => [name, executable])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    for (const { content: collected } of outcome.collected) {
      expect((await bytesOf(collected)).equals(content)).toBe(true);
      expect((await bytesOf(collected)).equals(content)).toBe(true);
    }
    expect(outcome.collectProblem).toBeUndefined();
  });

  it('stages in the next execution what was collected in the last', async () => {
    const made = await run('printf "#!/bin/sh\\necho made\\n" >p; chmod +x p', {
      collect: ['p'],
      collectBytes: MIB,
    });
    const used = await run('', { command: ['/box/p'], files: made.outcome.collected });
    expect(used.stdout.toString()).toBe('made\n');
  });

  it('does not follow a symlink that it was asked to collect', async () => {
    const { outcome } = await run('ln -s /etc/passwd out', { collect: ['out'], collectBytes: MIB });
    expect(outcome.collected).toEqual([]);
    expect(outcome.collectProblem).toContain('out');
  });

  it.each([
    ['a directory', 'mkdir out'],
    ['a FIFO', 'mkfifo out'],
    ['a file beyond the cap', 'head -c 5000 /dev/zero >out'],
  ])('does not collect %s, and says so', async (_what, script) => {
    const { outcome } = await run(script, { collect: ['out'], collectBytes: 4096 });
    expect(outcome.collected).toEqual([]);
    expect(outcome.collectProblem).toContain('out');
  });

  it('lets two executions share nothing', async () => {
    await run('echo secret >left-behind; sleep 60 &');
    const { stdout } = await run('ls -A; ls -A /box; cat left-behind 2>&1 | wc -l');
    expect(stdout.toString().trim()).toBe('1');
  });
}
