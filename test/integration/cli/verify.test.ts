import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complaints, minos } from './command-line.js';

const RIGHT = 'print(2 * int(input()))\n';
const WRONG = 'print(0)\n';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-verify-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function makePackage(name: string, submissions: Readonly<Record<string, string>>) {
  const files: Record<string, string> = {
    'problem.yaml': 'problem_format_version: 2025-09\nname: Twice\nuuid: 0\n',
    'data/sample/1.in': '1\n',
    'data/sample/1.ans': '2\n',
    'data/secret/1.in': '0\n',
    'data/secret/1.ans': '0\n',
    ...Object.fromEntries(
      Object.entries(submissions).map(([path, text]) => [`submissions/${path}`, text]),
    ),
  };
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

describe('minos verify', () => {
  it('exits with 0 when every submission does what it has to, with a computed time limit', async () => {
    await makePackage('twice', { 'accepted/a.py': RIGHT, 'wrong_answer/b.py': WRONG });
    const result = await minos(['verify', 'twice', '--json'], { cwd: directory });
    expect(result.exitCode).toBe(0);
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      {
        package: 'twice',
        submission: 'accepted/a.py',
        language: 'python3',
        expected: ['AC'],
        verdict: 'AC',
        score: null,
        ok: true,
        time_ms: expect.any(Number) as number,
        memory_bytes: expect.any(Number) as number,
      },
      expect.objectContaining({ submission: 'wrong_answer/b.py', verdict: 'WA', ok: true }),
    ]);
  });

  it('exits with 1 and says what was expected when one does not', async () => {
    await makePackage('twice', { 'accepted/a.py': RIGHT, 'wrong_answer/b.py': RIGHT });
    const result = await minos(['verify', 'twice'], { cwd: directory });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/✓ accepted\/a\.py +python3 +AC/);
    expect(result.stdout).toMatch(/✗ wrong_answer\/b\.py +python3 +AC .*expected WA/);
    expect(result.stdout.trimEnd().split('\n').at(-1)).toBe('1 ok, 1 not ok');
  });

  it('finds a bad package before anything is judged', async () => {
    await makePackage('good', { 'accepted/a.py': RIGHT });
    await makePackage('empty', {});
    const result = await minos(['verify', 'good', 'empty', '--json'], { cwd: directory });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe('');
    expect(complaints(result)).toEqual([expect.stringContaining('empty: submissions/')]);
  });
});
