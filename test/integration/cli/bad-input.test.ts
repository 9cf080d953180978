import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complaints, minos, ROOT } from './command-line.js';

/** An engine that would be asked is not there: bad input is found before one is needed. */
const env = { ...process.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

const PROBLEM = 'problem_format_version: 2025-09\nname: X\nuuid: 0\n';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-cli-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A small package with these files changed; `undefined` leaves one out. */
async function makePackage(changes: Readonly<Record<string, string | undefined>>) {
  const files: Record<string, string | undefined> = {
    'problem.yaml': PROBLEM + 'limits: { time_limit: 1 }\n',
    'data/sample/1.in': '1\n',
    'data/sample/1.ans': '1\n',
    'data/secret/1.in': '2\n',
    'data/secret/1.ans': '2\n',
    'submissions/accepted/a.py': 'print(input())\n',
    ...changes,
  };
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue;
    await mkdir(dirname(join(directory, 'p', name)), { recursive: true });
    await writeFile(join(directory, 'p', name), text);
  }
}

async function expectRefusal(args: readonly string[], code: string, words: string) {
  const result = await minos(args, { cwd: directory, env });
  expect(complaints(result)).toEqual([expect.stringContaining(`[${code}]`)]);
  expect(complaints(result)[0]).toContain(words);
  expect(result.exitCode).toBe(2);
  expect(result.stdout).toBe('');
}

describe('minos exits with 2 and one clear line', () => {
  it.each([
    [[], 'no command'],
    [['frobnicate'], 'frobnicate'],
    [['judge'], 'package'],
    [['judge', 'p'], 'source'],
    [['judge', 'p', 'a.py', '--mode', 'fast'], '--mode'],
    [['judge', 'p', 'a.py', '--colour'], '--colour'],
    [['verify'], 'package'],
    [['start', '--port', '-1'], '--port'],
    [['images', 'frobnicate'], 'frobnicate'],
    [['test', 'nothing'], 'nothing'],
  ])('for the arguments %j', async (args, words) => {
    await expectRefusal(args, 'bad-usage', words);
  });

  it('for a package that is not there', async () => {
    await expectRefusal(['judge', 'p', 'a.py'], 'bad-package', 'p');
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ['has a malformed problem.yaml', { 'problem.yaml': 'name: [' }, 'problem.yaml'],
    ['lacks a jury answer', { 'data/secret/1.ans': undefined }, 'data/secret/1'],
    [
      'has a limit of zero',
      { 'problem.yaml': PROBLEM + 'limits: { time_limit: 0 }\n' },
      'limits.time_limit',
    ],
    [
      'has a negative limit',
      { 'problem.yaml': PROBLEM + 'limits: { time_limit: 1, memory: -1 }\n' },
      'limits.memory',
    ],
    [
      'has an infinite limit',
      { 'problem.yaml': PROBLEM + 'limits: { time_limit: .inf }\n' },
      'limits.time_limit',
    ],
  ])('for a package that %s', async (_what, changes, words) => {
    await makePackage(changes);
    await expectRefusal(['judge', 'p', 'p/submissions/accepted/a.py'], 'bad-package', words);
    await expectRefusal(['verify', 'p'], 'bad-package', words);
  });

  it('for a package whose symbolic link leaves it', async () => {
    await makePackage({});
    await symlink('/etc/passwd', join(directory, 'p/data/secret/2.in'));
    await writeFile(join(directory, 'p/data/secret/2.ans'), '');
    await expectRefusal(['judge', 'p', 'p/submissions/accepted/a.py'], 'bad-package', '2.in');
  });

  it('for a source that is not there, no plain name, too large, or of no language', async () => {
    await makePackage({});
    await writeFile(join(directory, 'a b.py'), '');
    await writeFile(join(directory, 'big.py'), '#'.repeat(200 * 1024));
    await writeFile(join(directory, 'a.cobol'), '');
    await writeFile(join(directory, 'a.py'), '');
    await expectRefusal(['judge', 'p', 'none.py'], 'bad-source', 'none.py');
    await expectRefusal(['judge', 'p', 'a b.py'], 'bad-source', 'a b.py');
    await expectRefusal(['judge', 'p', 'big.py'], 'code-limit-exceeded', 'big.py');
    await expectRefusal(['judge', 'p', 'a.cobol'], 'unknown-language', 'a.cobol');
    await expectRefusal(['judge', 'p', 'a.py', '--language', 'x'], 'unknown-language', '"x"');
  });

  it('for a configuration that is not there, or not valid', async () => {
    await makePackage({});
    await expectRefusal(['--config', 'none.yaml', 'languages'], 'bad-config', 'none.yaml');
    await writeFile(join(directory, 'bad.yaml'), 'sandbox: { slots: 0 }');
    await expectRefusal(['--config', 'bad.yaml', 'languages'], 'bad-config', 'sandbox.slots');
    await cp(join(ROOT, 'judge.config.yaml'), join(directory, 'good.yaml'));
    const good = await minos(['--config', 'good.yaml', 'languages'], { cwd: directory, env });
    expect(good.exitCode).toBe(0);
  });
});

describe('minos exits with 3', () => {
  it('and names the engine when that does not answer', async () => {
    await makePackage({});
    const args = ['judge', 'p', 'p/submissions/accepted/a.py'];
    const result = await minos(args, { cwd: directory, env });
    expect(result.exitCode).toBe(3);
    expect(complaints(result)).toEqual([expect.stringContaining('[engine-unavailable]')]);
    expect(result.stderr).toContain('DOCKER_HOST');
  });
});
