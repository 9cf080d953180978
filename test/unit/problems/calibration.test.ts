import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import { findTimeLimit, timingSubmissions } from '../../../src/problems/calibration.js';
import { errorOf, read, readWith, SMALL, writeFiles } from './package-on-disk.js';

const ALL = {
  ...SMALL,
  'submissions/accepted/b.cpp': '',
  'submissions/accepted/c.java': '',
  'submissions/time_limit_exceeded/d.cpp': '',
};

/** Judges by a table; what is not in it is accepted in no time. */
function judging(table: Readonly<Record<string, readonly [Verdict, number]>> = {}) {
  return vi.fn(({ path }: { readonly path: string }) => {
    const [verdict, slowestCpuTimeMs] = table[path] ?? ['AC', 1];
    return Promise.resolve({ verdict, slowestCpuTimeMs });
  });
}

describe('the time limit of a package', () => {
  it('that is stated is not measured', async () => {
    const judge = judging();
    const found = await readWith({ '.timelimit': '3' });
    expect(await findTimeLimit(found, await writeFiles({}), judge)).toBe(3000);
    expect(judge).not.toHaveBeenCalled();
  });

  it('follows from the slowest accepted submission in a fast language', async () => {
    const judge = judging({ 'accepted/a.py': ['AC', 9000], 'accepted/c.java': ['AC', 450] });
    const found = await readWith(ALL);
    expect(timingSubmissions(found.exampleSubmissions).map(({ path }) => path)).toEqual([
      'accepted/b.cpp',
      'accepted/c.java',
    ]);
    expect(await findTimeLimit(found, await writeFiles({}), judge)).toBe(3000);
    expect(judge).toHaveBeenCalledTimes(2);
  });

  it('follows from Python where there is nothing else', async () => {
    const judge = judging({ 'accepted/a.py': ['AC', 900] });
    expect(await findTimeLimit(await readWith({}), await writeFiles({}), judge)).toBe(5000);
  });

  it('is remembered for the content of the package', async () => {
    const judge = judging();
    const dataDirectory = await writeFiles({});
    const directory = await writeFiles(SMALL);
    await findTimeLimit(await read(directory), dataDirectory, judge);
    await findTimeLimit(await read(directory), dataDirectory, judge);
    expect(judge).toHaveBeenCalledTimes(1);
    await findTimeLimit(await readWith({ 'data/secret/1.ans': 'else' }), dataDirectory, judge);
    expect(judge).toHaveBeenCalledTimes(2);
    expect(await readdir(join(dataDirectory, 'calibrations'))).toHaveLength(2);
  });

  it('is measured again when what was remembered is damaged or of another rule', async () => {
    const judge = judging();
    const dataDirectory = await writeFiles({});
    const found = await readWith({});
    await findTimeLimit(found, dataDirectory, judge);
    const file = join(dataDirectory, 'calibrations', `${found.packageHash}.json`);
    const whole = await readFile(file, 'utf8');
    for (const damaged of ['', '{', 'null', '[]', whole.replace('1000', '9000')]) {
      await writeFile(file, damaged);
      expect(await findTimeLimit(found, dataDirectory, judge)).toBe(1000);
    }
    expect(judge).toHaveBeenCalledTimes(6);
  });

  it('does not follow from submissions that do something else than they should', async () => {
    const dataDirectory = await writeFiles({});
    const one = judging({ 'accepted/b.cpp': ['WA', 8000], 'accepted/c.java': ['AC', 100] });
    expect(await findTimeLimit(await readWith(ALL), dataDirectory, one)).toBe(1000);
    const none = judging({ 'accepted/a.py': ['TLE', 60_000] });
    expect(await errorOf(findTimeLimit(await readWith({}), dataDirectory, none))).toBe(
      'submissions/accepted: no time limit is stated, and none can be computed: accepted/a.py got TLE',
    );
  });

  it('is neither found nor kept when a submission cannot be judged', async () => {
    const dataDirectory = await writeFiles({});
    const judge = judging({ 'accepted/b.cpp': ['JE', 0] });
    expect(await errorOf(findTimeLimit(await readWith(ALL), dataDirectory, judge))).toContain(
      'submissions/accepted/b.cpp: could not be judged',
    );
    expect(await readdir(dataDirectory)).toEqual([]);
  });

  it('cannot be had from a package without accepted submissions', async () => {
    const { 'submissions/accepted/a.py': _accepted, ...without } = SMALL;
    const found = await read(await writeFiles(without));
    expect(await errorOf(findTimeLimit(found, await writeFiles({}), judging()))).toContain(
      'there is no accepted submission',
    );
  });
});

describe('the hash of a package', () => {
  it('changes with what is judged, and only with that', async () => {
    const { packageHash } = await readWith({});
    expect((await readWith({})).packageHash).toBe(packageHash);
    expect((await readWith({ 'generators/g.py': '', README: '' })).packageHash).toBe(packageHash);
    for (const files of [
      { 'data/secret/1.in': '3\n' },
      { 'problem.yaml': 'name: x' },
      { 'submissions/accepted/a.py': '' },
      { 'statement/problem.en.md': '' },
    ]) {
      expect((await readWith(files)).packageHash).not.toBe(packageHash);
    }
  });
});
