import { describe, expect, it } from 'vitest';
import { noticesOf, errorWith, readWith, type Files } from './package-on-disk.js';

async function examples(files: Files) {
  const { exampleSubmissions } = await readWith(files);
  return Object.fromEntries(
    exampleSubmissions.map(({ path, language, expected, useForTimeLimit }) => [
      path,
      [language.id, expected.join(' '), useForTimeLimit],
    ]),
  );
}

const MODERN = { 'problem.yaml': 'problem_format_version: 2025-09\n' };

describe('example submissions', () => {
  it('are expected to do what their directory says (legacy)', async () => {
    expect(
      await examples({
        'submissions/wrong_answer/a.cpp': '',
        'submissions/time_limit_exceeded/a.java': '',
        'submissions/run_time_error/a.c': '',
        'submissions/compiler_error/a.go': '',
        'submissions/slow_accepted/a.py': '',
        'submissions/memory_limit_exceeded/a.py': '',
        'submissions/rejected/a.sh': '',
      }),
    ).toEqual({
      'accepted/a.py': ['python3', 'AC', 'lower'],
      'wrong_answer/a.cpp': ['cpp20', 'WA OLE', 'none'],
      'time_limit_exceeded/a.java': ['java', 'TLE', 'upper'],
      'run_time_error/a.c': ['c', 'RTE MLE', 'none'],
      'compiler_error/a.go': ['go', 'CE', 'none'],
      'slow_accepted/a.py': ['python3', 'AC TLE', 'none'],
      'memory_limit_exceeded/a.py': ['python3', 'MLE', 'none'],
      'rejected/a.sh': ['bash', 'WA OLE TLE RTE MLE', 'none'],
    });
  });

  it('are expected to do what their directory says (2025-09)', async () => {
    expect(
      await examples({
        ...MODERN,
        'submissions/wrong_answer/a.py': '',
        'submissions/run_time_error/a.py': '',
        'submissions/brute_force/a.py': '',
      }),
    ).toEqual({
      'accepted/a.py': ['python3', 'AC', 'lower'],
      'wrong_answer/a.py': ['python3', 'WA OLE', 'lower'],
      'run_time_error/a.py': ['python3', 'RTE MLE', 'lower'],
      'brute_force/a.py': ['python3', 'RTE MLE TLE', 'none'],
    });
  });

  it('are files and directories; leftovers are skipped, unknown languages and odd names reported', async () => {
    const found = await readWith({
      'submissions/accepted/dir/Main.java': '',
      'submissions/accepted/dir/sub/Helper.java': '',
      'submissions/accepted/dir/Main.class': '',
      'submissions/accepted/a.class': '',
      'submissions/accepted/lib.h': '',
      'submissions/accepted/b.kt': '',
      'submissions/accepted/odd name#.py': '',
      'submissions/accepted/mixed/a.py': '',
      'submissions/accepted/mixed/a.cpp': '',
      'submissions/loose.py': '',
      'submissions/README': '',
    });
    expect(
      found.exampleSubmissions.map(({ path, files }) => [path, files.map((file) => file.name)]),
    ).toEqual([
      ['accepted/a.py', ['a.py']],
      ['accepted/dir', ['Main.java', 'sub/Helper.java']],
    ]);
    expect(noticesOf(found).map((notice) => notice.split(':')[0])).toEqual([
      'submissions/loose.py',
      'submissions/accepted/b.kt',
      'submissions/accepted/mixed',
      'submissions/accepted/odd name#.py',
    ]);
  });

  it('in a directory that says nothing may get any verdict, with a notice', async () => {
    const found = await readWith({ 'submissions/experiments/a.py': '' });
    expect(found.exampleSubmissions[1]!.expectation).toMatchObject({ kind: 'verdict' });
    expect(found.exampleSubmissions[1]!.expected).not.toContain('JE');
    expect(noticesOf(found)).toEqual([
      'submissions/experiments/a.py: nothing says which verdict it must get: any will do',
    ]);
  });

  it('asking for Python 2 are left out, with a notice', async () => {
    const found = await readWith({ 'submissions/accepted/b.py': '#!/usr/bin/env python2\n' });
    expect(noticesOf(found)).toEqual([
      'submissions/accepted/b.py: is not judged: the language python2 is not in the language table',
    ]);
  });
});

describe("DOMjudge's annotations", () => {
  it('count outside the four official directories', async () => {
    expect(
      await examples({
        'submissions/mixed/a.py': '# @EXPECTED_RESULTS@: CORRECT, WRONG-ANSWER\n',
        'submissions/wrong_answer/b.py': '# @EXPECTED_RESULTS@: CORRECT\n',
        'submissions/multiple/c.py': '# @expected_results@: run_time_error\n',
      }),
    ).toMatchObject({
      'mixed/a.py': ['python3', 'AC WA OLE', 'none'],
      'wrong_answer/b.py': ['python3', 'WA OLE', 'none'],
      'multiple/c.py': ['python3', 'RTE MLE', 'none'],
    });
  });

  it('are reported when given twice, not known, or of scores', async () => {
    const found = await readWith({
      'submissions/mixed/a.py': '# @EXPECTED_RESULTS@: CORRECT\n# @EXPECTED_RESULTS@: CORRECT\n',
      'submissions/mixed/b.py': '# @EXPECTED_RESULTS@: FUN\n',
      'submissions/mixed/c.py': '# @EXPECTED_SCORE@: 12.5\n',
    });
    expect(noticesOf(found).filter((notice) => !notice.includes('any will do'))).toEqual([
      'submissions/mixed/a.py: has more than one @EXPECTED_…@ annotation of a kind; it is not used',
      'submissions/mixed/b.py: expects FUN, which is not known; it is not used',
      'submissions/mixed/c.py: @EXPECTED_SCORE@ is not checked',
    ]);
  });

  it('and submissions.json state language and entry point', async () => {
    const found = await readWith({
      'submissions.json':
        '{"submissions/accepted/x.txt":{"langid":"python3","entry_point":"x.txt"},"__proto__":{}}',
      'submissions/accepted/x.txt': '',
    });
    expect(found.exampleSubmissions[1]).toMatchObject({
      path: 'accepted/x.txt',
      language: { id: 'python3' },
      entryPoint: 'x.txt',
    });
    expect(await errorWith({ 'submissions.json': '{' })).toBe(
      'submissions.json: is not valid JSON',
    );
  });
});

describe('submissions.yaml', () => {
  it('replaces a default directory key by key, and adds what else matches', async () => {
    expect(
      await examples({
        ...MODERN,
        'submissions/submissions.yaml': [
          'time_limit_exceeded:',
          '  permitted: [AC, WA, TLE]',
          'tests: {permitted: [AC, WA]}',
          'tests/b.{py,cpp}: {permitted: [WA], use_for_time_limit: false}',
          '"*/c.py": {language: cpp17, entrypoint: c, authors: x}',
        ].join('\n'),
        'submissions/time_limit_exceeded/a.py': '',
        'submissions/tests/a.py': '',
        'submissions/tests/b.py': '',
        'submissions/tests/c.py': '',
      }),
    ).toMatchObject({
      'time_limit_exceeded/a.py': ['python3', 'TLE', 'upper'],
      'tests/a.py': ['python3', 'AC WA OLE', 'lower'],
      'tests/b.py': ['python3', 'WA OLE', 'lower'],
      'tests/c.py': ['cpp17', 'AC WA OLE', 'lower'],
    });
  });

  it('opts in and out of the time limit', async () => {
    expect(
      await examples({
        ...MODERN,
        'submissions/submissions.yaml':
          'accepted: {use_for_time_limit: false}\nbrute_force: {use_for_time_limit: upper}\n',
        'submissions/brute_force/a.py': '',
      }),
    ).toEqual({
      'accepted/a.py': ['python3', 'AC', 'none'],
      'brute_force/a.py': ['python3', 'RTE MLE TLE', 'upper'],
    });
  });

  it.each([
    ['accepted: {permitted: [OK]}', 'accepted.permitted must be AC, WA, TLE and RTE, not OK'],
    ['accepted: {use_for_time_limit: maybe}', 'accepted.use_for_time_limit must be true, false'],
    ['accepted: 1', 'accepted must be a mapping'],
    [`"${'{a,b,c,d}'.repeat(10)}": {}`, 'has too many alternatives in braces'],
  ])('with a fault is refused: %s', async (text, message) => {
    expect(await errorWith({ 'submissions/submissions.yaml': text })).toContain(message);
  });

  it('reports what is not checked', async () => {
    const found = await readWith({
      'submissions/submissions.yaml':
        'accepted: {message: x, score: 5, fun: 1, sample: {required: [AC], message: y}}\n',
    });
    expect(noticesOf(found)).toEqual([
      'submissions/submissions.yaml accepted.message: is not checked',
      'submissions/submissions.yaml accepted.score: is of scoring problems, and not checked',
      'submissions/submissions.yaml accepted.fun: is not known, and not used',
      'submissions/submissions.yaml accepted.sample.message: is not used for some of the cases',
    ]);
  });
});
