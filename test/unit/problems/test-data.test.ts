import { describe, expect, it } from 'vitest';
import {
  errorIn,
  errorWith,
  noticesOf,
  readWith,
  SMALL,
  textOf,
  writeFiles,
} from './package-on-disk.js';

const pair = (name: string, text = name) => ({
  [`data/${name}.in`]: text,
  [`data/${name}.ans`]: text,
});

describe('test cases', () => {
  it('are samples first, then lexicographic by path, however deep', async () => {
    const { problem } = await readWith({
      ...pair('secret/b/2'),
      ...pair('secret/b-a'),
      ...pair('secret/a/x/1'),
      ...pair('secret/10'),
      ...pair('secret/2'),
      ...pair('sample/z'),
    });
    expect(problem.testCases.map(({ name, visibility }) => `${visibility}:${name}`)).toEqual([
      'sample:sample/1',
      'sample:sample/z',
      'secret:secret/1',
      'secret:secret/10',
      'secret:secret/2',
      'secret:secret/a/x/1',
      'secret:secret/b/2',
      'secret:secret/b-a',
    ]);
  });

  it('may have dots and spaces in their names, and no bytes in their files', async () => {
    const { problem } = await readWith({ ...pair('secret/08.02 big', '') });
    const found = problem.testCases.find(({ name }) => name === 'secret/08.02 big');
    expect(found).toBeDefined();
    expect(await textOf(found!.input)).toBe('');
  });

  it('without an answer file are an error that names both', async () => {
    expect(await errorWith({ 'data/secret/g/2.in': 'x' })).toBe(
      'data/secret/g/2.in: its answer file data/secret/g/2.ans is missing',
    );
  });

  it('are what counts in data: all else is ignored, an answer without input with a notice', async () => {
    const found = await readWith({
      'data/generate.py': '',
      'data/1.in': '',
      'data/invalid_input/1.in': '',
      'data/secret/1.png': '',
      'data/secret/1.desc': '',
      'data/secret/2.ans': '',
      'data/secret/README': '',
    });
    expect(found.problem.testCases).toHaveLength(2);
    expect(noticesOf(found)).toEqual([
      'data/secret/2.ans: is not used: there is no 2.in beside it',
    ]);
  });

  it('must be there', async () => {
    expect(await errorIn(await writeFiles({ 'problem.yaml': '' }))).toBe(
      'data: the package has no test data',
    );
    expect(await errorIn(await writeFiles({ 'data/secret/x': '' }))).toContain(
      'the package has no test case',
    );
  });

  it('have files of their own, which are part of their content', async () => {
    const { problem } = await readWith({
      ...pair('secret/2', '2\n'),
      ...pair('secret/3', '2\n'),
      'data/secret/2.files/a.txt': 'A',
      'data/secret/2.files/d/b.in': 'B',
    });
    const [, , second, third] = problem.testCases;
    expect(problem.testCases).toHaveLength(4);
    expect(second!.files.map(({ name }) => name)).toEqual(['a.txt', 'd/b.in']);
    expect(second!.contentId).not.toBe(third!.contentId);
  });
});

describe('flags of test data', () => {
  it('come from problem.yaml and the nearest group, appended (legacy)', async () => {
    const { problem } = await readWith({
      ...pair('secret/a/1'),
      ...pair('secret/a/b/1'),
      ...pair('secret/c/1'),
      'problem.yaml': 'validator_flags: case_sensitive\n',
      'data/testdata.yaml': 'output_validator_flags: float_tolerance 1e-3\n',
      'data/secret/a/testdata.yaml':
        'output_validator_flags: float_tolerance 1e-6\non_reject: break\n',
      'data/secret/c/testdata.yaml': 'output_validator_flags: ""\n',
    });
    const flags = Object.fromEntries(
      problem.testCases.map(({ name, validatorArguments }) => [name, validatorArguments.join(' ')]),
    );
    expect(flags).toEqual({
      'sample/1': 'case_sensitive float_tolerance 1e-3',
      'secret/1': 'case_sensitive float_tolerance 1e-3',
      'secret/a/1': 'case_sensitive float_tolerance 1e-6',
      'secret/a/b/1': 'case_sensitive float_tolerance 1e-6',
      'secret/c/1': 'case_sensitive',
    });
    const nested = problem.testCases.find(({ name }) => name === 'secret/a/b/1');
    expect(nested!.comparison).toMatchObject({
      caseSensitive: true,
      floatAbsoluteTolerance: 1e-6,
      floatRelativeTolerance: 1e-6,
    });
  });

  it('come from test_group.yaml and the case, key by key (2025-09)', async () => {
    const { problem } = await readWith({
      ...pair('secret/g/1'),
      ...pair('secret/g/2'),
      'problem.yaml': 'problem_format_version: 2025-09\nconstants: {eps: 1e-9}\n',
      'data/secret/g/test_group.yaml':
        'args: [--n, 5]\noutput_validator_args: [float_tolerance, "{{eps}}"]\n',
      'data/secret/g/2.yaml': 'args: [on]\n',
    });
    const [, , first, second] = problem.testCases;
    expect(first).toMatchObject({
      programArguments: ['--n', '5'],
      validatorArguments: ['float_tolerance', '1e-9'],
    });
    expect(second).toMatchObject({
      programArguments: ['on'],
      validatorArguments: ['float_tolerance', '1e-9'],
    });
  });

  it('that the default validator does not know name file and key', async () => {
    expect(await errorWith({ 'problem.yaml': 'validator_flags: fuzzy\n' })).toBe(
      'problem.yaml: validator_flags has a flag that the default output validator does not know: "fuzzy"',
    );
    expect(
      await errorWith({
        'data/secret/testdata.yaml': 'output_validator_flags: float_tolerance x\n',
      }),
    ).toBe(
      'data/secret/testdata.yaml: output_validator_flags must have a number of at least 0 after float_tolerance',
    );
  });

  it('that are a mapping of name and flags are understood', async () => {
    const { problem } = await readWith({
      'data/secret/testdata.yaml': 'output_validator_flags: {name: v, flags: case_sensitive}\n',
    });
    expect(problem.testCases[1]!.validatorArguments).toEqual(['case_sensitive']);
  });

  it('of grading are reported once for each file', async () => {
    const found = await readWith({
      'data/secret/testdata.yaml': 'grading: default\ngrader_flags: min\nrange: 0 1\nfoo: 1\n',
    });
    expect(noticesOf(found)).toEqual([
      'data/secret/testdata.yaml foo: is not known, and not used',
      'data/secret/testdata.yaml grading, grader_flags, range: not used: groups have no grading yet',
    ]);
  });

  it('that are no YAML mapping name the file', async () => {
    expect(await errorWith({ 'data/secret/1.yaml': '[' })).toContain('data/secret/1.yaml: ');
    expect(await errorWith({ 'data/secret/testdata.yaml': 'just text' })).toContain(
      'data/secret/testdata.yaml: must be a mapping',
    );
  });

  it('do not make a case of the group configuration', async () => {
    const found = await readWith({
      ...SMALL,
      'data/secret/test_group.yaml': 'full_feedback: true',
    });
    expect(found.problem.testCases).toHaveLength(2);
    expect(noticesOf(found)).toEqual([
      'data/secret/test_group.yaml full_feedback: is not kept: only samples are shown',
    ]);
  });
});
