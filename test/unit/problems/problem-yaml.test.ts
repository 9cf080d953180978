import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorWith, noticesOf, readWith } from './package-on-disk.js';

const yaml = (text: string) => ({ 'problem.yaml': text });

describe('problem.yaml', () => {
  it('may be absent: the package is a legacy one', async () => {
    const found = await readWith({});
    expect(found.problem).toMatchObject({ id: 'small', name: 'small', includes: {} });
    expect(found.timeLimit).toEqual({
      kind: 'computed',
      rule: { acceptedMultiplier: 5, tooSlowMultiplier: 2, resolutionMs: 1000, binding: false },
    });
    expect(found.notices).toEqual([]);
  });

  it('names the problem as text or by language', async () => {
    expect((await readWith(yaml('name: Hello\n'))).problem.name).toBe('Hello');
    const both = await readWith(yaml('name: {sv: Hej, en: Hi, no: Hallo}\n'));
    expect(both.problem.name).toBe('Hi');
    expect(both.statement.names).toEqual({ sv: 'Hej', en: 'Hi', no: 'Hallo' });
  });

  it('reports unknown keys and what is not kept, and goes on', async () => {
    const text =
      'nonsense: 1\nlicense: mit\nsource_url: x\nembargo_until: 2030-01-01\nlimits: {foo: 1}\n';
    expect(noticesOf(await readWith(yaml(text)))).toEqual([
      'problem.yaml nonsense: is not known, and not used',
      'problem.yaml embargo_until: is not kept: whoever has the package can judge with it',
      'problem.yaml limits.foo: is not known, and not used',
    ]);
  });

  it.each([
    ['type: scoring', 'problem.yaml: type scoring: scoring problems are not supported yet'],
    [
      'type: [pass-fail, interactive]',
      'type interactive: interactive problems are not supported yet',
    ],
    ['type: pass-fail multi-pass', 'type multi-pass: multi-pass problems are not supported yet'],
    ['type: submit-answer', 'type submit-answer: submit-answer problems are not supported yet'],
    ['validation: custom interactive', 'validation interactive: interactive problems are not'],
    ['validation: custom score', 'validation score: validators that score are not supported yet'],
    ['validation: custom multi-pass', 'validation multi-pass: multi-pass problems are not'],
    ['validation: maybe', 'validation must begin with default or custom, not maybe'],
    ['validation: custom fast', 'validation fast is not known'],
    ['type: fun', 'type must be pass-fail; fun is not known'],
    ['limits: 5', 'problem.yaml: limits must be a mapping'],
    ['name: [a]', 'problem.yaml: name must be text'],
    ['languages: [klingon]', 'problem.yaml: languages names no language of the language table'],
    ['constants: {"a-b": 1}', 'problem.yaml: constants.a-b is no name'],
    ['validator_flags: a "b', 'validator_flags has a quotation mark that is not closed'],
  ])('%s is refused', async (text, message) => {
    expect(await errorWith(yaml(text))).toContain(message);
  });

  it('limits languages to every standard of those it names', async () => {
    const found = await readWith(yaml('languages: [cpp, klingon]\n'));
    expect(found.problem.allowedLanguages).toEqual(['cpp20', 'cpp17']);
    expect(noticesOf(found)).toEqual([
      'problem.yaml languages: klingon is not in the language table',
    ]);
    expect((await readWith(yaml('languages: all'))).problem.allowedLanguages).toBeUndefined();
  });
});

describe('limits', () => {
  it('are the stated ones over the defaults; memory that is not stated is left open', async () => {
    const { limits } = (await readWith(yaml('limits: {output: 1, code: 64, validation_time: 2}\n')))
      .problem;
    expect(limits).toMatchObject({
      outputBytes: 2 ** 20,
      codeBytes: 64 * 1024,
      validationCpuTimeMs: 2000,
      compilationCpuTimeMs: 60_000,
    });
    expect(limits.memoryBytes).toBeUndefined();
    const stated = await readWith(yaml('limits: {memory: 512}\n'));
    expect(stated.problem.limits.memoryBytes).toBe(512 * 2 ** 20);
  });

  const keys = [
    'time_limit',
    'time_resolution',
    'time_multiplier',
    'memory',
    'output',
    'code',
    'compilation_time',
    'compilation_memory',
    'validation_time',
    'validation_memory',
    'validation_output',
  ];
  const values = [
    '0',
    '-1',
    '.inf',
    '-.inf',
    '.nan',
    'NaN',
    '1e308',
    '1e999',
    '0x10',
    'abc',
    '[1]',
  ];
  it.each(keys.flatMap((key) => values.map((value) => [key, value] as const)))(
    '%s: %s is refused by name',
    async (key, value) => {
      expect(await errorWith(yaml(`limits: {${key}: ${value}}\n`))).toMatch(
        new RegExp(`^problem\\.yaml: limits\\.${key} must be `),
      );
    },
  );

  it('in whole units take no fraction', async () => {
    expect(await errorWith(yaml('limits: {memory: 1.5}\n'))).toBe(
      'problem.yaml: limits.memory must be a whole number from 6 to 1048576 (MiB), not 1.5',
    );
  });

  it('of time take every positive decimal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3_600_000 }), async (milliseconds) => {
        const found = await readWith(yaml(`limits: {time_limit: ${milliseconds / 1000}}\n`));
        expect(found.problem.limits.cpuTimeMs).toBe(milliseconds);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the time limit', () => {
  it('comes from problem.yaml, else .timelimit, else domjudge-problem.ini, else is computed', async () => {
    const all = {
      'problem.yaml': 'limits: {time_limit: 1.5}\n',
      '.timelimit': ' 0.5\n',
      'domjudge-problem.ini': "name = 'x'\ntimelimit = '2' ; seconds\n",
    };
    const first = await readWith(all);
    expect(first.timeLimit).toMatchObject({
      kind: 'stated',
      cpuTimeMs: 1500,
      statedBy: 'problem.yaml: limits.time_limit',
    });
    expect(first.notices).toHaveLength(2);
    const second = await readWith({ ...all, 'problem.yaml': '' });
    expect(second.timeLimit).toMatchObject({ cpuTimeMs: 500, statedBy: '.timelimit' });
    const { 'domjudge-problem.ini': ini } = all;
    const third = await readWith({ 'domjudge-problem.ini': ini });
    expect(third.timeLimit).toMatchObject({ cpuTimeMs: 2000 });
  });

  it.each([
    ['.timelimit', '0'],
    ['.timelimit', ''],
    ['.timelimit', '-1'],
    ['.timelimit', 'inf'],
    ['domjudge-problem.ini', 'timelimit = NaN'],
  ])('in %s as %j is refused', async (file, text) => {
    expect(await errorWith({ [file]: text })).toMatch(/^(\.timelimit|domjudge-problem\.ini): /);
  });

  it('is computed by the rule of the version, or by stated multipliers', async () => {
    const ruleOf = async (text: string) => {
      const { timeLimit } = await readWith(yaml(text));
      return timeLimit.kind === 'computed' ? timeLimit.rule : undefined;
    };
    expect(await ruleOf('problem_format_version: 2025-09\n')).toEqual({
      acceptedMultiplier: 2,
      tooSlowMultiplier: 1.5,
      resolutionMs: 1000,
      binding: false,
    });
    expect(await ruleOf('limits: {time_multiplier: 3, time_safety_margin: 4}\n')).toMatchObject({
      acceptedMultiplier: 3,
      tooSlowMultiplier: 4,
    });
    expect(
      await ruleOf('limits: {time_resolution: 0.1, time_multipliers: {ac_to_time_limit: 4}}\n'),
    ).toEqual({ acceptedMultiplier: 4, tooSlowMultiplier: 2, resolutionMs: 100, binding: true });
  });
});
