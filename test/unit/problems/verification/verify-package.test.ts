import { describe, expect, it } from 'vitest';
import type { ExecutionRequest } from '../../../../src/judging/execution.js';
import { SandboxFailure } from '../../../../src/judging/ports.js';
import {
  countSteps,
  verifyPackage,
  type NumberedResult,
  type VerificationStart,
} from '../../../../src/problems/verification/verify-package.js';
import { memoryPorts } from '../../../fakes/memory-ports.js';
import { ScriptedSandbox, type Script } from '../../../fakes/scripted-sandbox.js';
import { readWith, SMALL, writeFiles, type Files } from '../package-on-disk.js';

const ECHO: Files = {
  ...SMALL,
  'problem.yaml': 'problem_format_version: 2025-09\nlimits: {time_limit: 1}\n',
  'data/sample/1.ans': '1\n',
  'data/secret/1.ans': '2\n',
  'submissions/accepted/a.py': 'echo',
  'submissions/wrong_answer/b.py': 'one',
};

const CUSTOM: Files = { ...ECHO, 'output_validator/validate.py': 'exact' };

/** A program is named by its source: what each does. */
type Programs = Readonly<Record<string, (request: ExecutionRequest, stdin: string) => Script>>;

const exit = (exitCode: number): Script => ({ end: { kind: 'exited', exitCode } });

const PROGRAMS: Programs = {
  echo: (_request, stdin) => ({ prints: stdin }),
  one: () => ({ prints: '1\n' }),
  slow: (request) => ({
    cpuTimeMs: request.limits.cpuTimeMs + 600,
    stopCause: 'cpu-time',
  }),
};

interface Options {
  readonly programs?: Programs;
  readonly start?: Partial<VerificationStart>;
}

async function verify(files: Files, { programs = {}, start = {} }: Options = {}) {
  const all = { ...PROGRAMS, ...programs };
  const judgedPaths: string[] = [];
  const sandbox = new ScriptedSandbox(async (request) => {
    if (request.purpose === 'compile') return {};
    const source = await textOf(request.files[0]?.content);
    judgedPaths.push(`${request.purpose} ${source}`);
    const program = all[source];
    if (program === undefined) throw new Error(`nobody plays ${source}`);
    return program(request, await textOf(request.stdin));
  });
  const problemPackage = await readWith(files);
  const words: string[] = [];
  const bench = {
    ports: memoryPorts(sandbox),
    prepareImages: () => Promise.resolve(),
    dataDirectory: await writeFiles({}),
    onProgress: (what: string) => void words.push(what),
  };
  const begin = { cpuTimeLimitMs: undefined, earlier: [], ...start };
  const results: NumberedResult[] = [];
  for await (const result of verifyPackage(problemPackage, begin, bench)) results.push(result);
  return { results, judgedPaths, words, total: countSteps(problemPackage), bench };
}

async function textOf(source: ExecutionRequest['stdin'] | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source?.read() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

const subjects = (results: readonly NumberedResult[]) => results.map(({ subject }) => subject);
const bad = (results: readonly NumberedResult[]) => subjects(results.filter(({ ok }) => !ok));
const of = (results: readonly NumberedResult[], subject: string) =>
  results.find((result) => result.subject === subject);

describe('the verification of a package', () => {
  it('judges every example, and looks at the margins', async () => {
    const { results, total, words } = await verify(ECHO);
    expect(bad(results)).toEqual([]);
    expect(subjects(results)).toEqual([
      'submissions/accepted/a.py',
      'submissions/wrong_answer/b.py',
      'margin: accepted submissions and the time limit',
      'margin: accepted submissions and the memory limit',
    ]);
    expect(total).toBe(results.length);
    expect(results[0]?.detail).toMatchObject({
      kind: 'example',
      expected: ['AC'],
      verdict: 'AC',
      timeMs: 10,
      timeLimitMs: 1000,
    });
    expect(words).toContain('submissions/accepted/a.py: case 2 of 2');
  });

  it('is red for an example that does something else, and says where and why', async () => {
    const { results } = await verify({ ...ECHO, 'submissions/accepted/c.py': 'one' });
    expect(bad(results)).toEqual(['submissions/accepted/c.py']);
    expect(of(results, 'submissions/accepted/c.py')?.detail.notes[0]).toMatch(
      /^secret\/1: first difference/,
    );
  });

  it('finds the time limit that is not stated, and judges by it', async () => {
    const { results } = await verify({ ...ECHO, 'problem.yaml': 'limits: {time_resolution: 0.1}' });
    expect(results[0]).toMatchObject({
      subject: 'time limit',
      ok: true,
      detail: { kind: 'time-limit', cpuTimeLimitMs: 100 },
    });
    expect(results[1]?.detail).toMatchObject({ timeLimitMs: 100 });
  });

  it('ends when no time limit can be found', async () => {
    const { results } = await verify({
      ...ECHO,
      'problem.yaml': '',
      'submissions/accepted/a.py': 'one',
    });
    expect(results).toMatchObject([
      { subject: 'time limit', ok: false, detail: { cpuTimeLimitMs: null } },
    ]);
    expect(results[0]?.detail.notes[0]).toContain('accepted/a.py got WA');
  });

  it('keeps a time limit that the version has already', async () => {
    const { results } = await verify(
      { ...ECHO, 'problem.yaml': '' },
      { start: { cpuTimeLimitMs: 7000 } },
    );
    expect(results[0]?.detail).toMatchObject({ cpuTimeLimitMs: 7000 });
  });

  it('is nobody’s mark when the sandbox fails', async () => {
    const failing: Programs = {
      one: () => {
        throw new SandboxFailure('the daemon is gone');
      },
    };
    await expect(verify(ECHO, { programs: failing })).rejects.toThrow('the daemon is gone');
  });

  it('goes on after the results that are known, judging nothing of them again', async () => {
    const whole = await verify(ECHO);
    const rest = await verify(ECHO, { start: { earlier: whole.results.slice(0, 1) } });
    expect(rest.results).toEqual(whole.results.slice(1));
    expect(rest.judgedPaths).not.toContain('run echo');
    const nothing = await verify(ECHO, { start: { earlier: whole.results } });
    expect(nothing.results).toEqual([]);
    expect(nothing.judgedPaths).toEqual([]);
  });
});

describe('a custom validator', () => {
  const validating = (play: (output: string) => number): Options => ({
    programs: { exact: (_request, stdin) => exit(play(stdin)) },
  });

  it('is given junk, which a sound one rejects', async () => {
    const { results } = await verify(
      CUSTOM,
      validating((output) => (/^[0-9]\n$/.test(output) ? 42 : 43)),
    );
    expect(subjects(results.filter(({ subject }) => subject.startsWith('output')))).toEqual([
      'output validator: empty output',
      'output validator: random bytes',
      'output validator: a line of 1 MiB',
      'output validator: the answer of another case',
    ]);
    expect(bad(results)).toEqual(['submissions/wrong_answer/b.py']);
  });

  it('that accepts everything is red', async () => {
    const { results } = await verify(
      CUSTOM,
      validating(() => 42),
    );
    const junk = bad(results).filter((subject) => subject.startsWith('output'));
    expect(junk).toEqual([
      'output validator: empty output',
      'output validator: random bytes',
      'output validator: a line of 1 MiB',
    ]);
    expect(of(results, junk[0] ?? '')?.detail.notes).toEqual([
      'empty output is accepted in every case tried',
    ]);
  });

  it('that crashes over junk is red, and says over which', async () => {
    const { results } = await verify(
      CUSTOM,
      validating((output) => (output.length > 1000 ? 1 : output.length === 2 ? 42 : 43)),
    );
    const long = of(results, 'output validator: a line of 1 MiB');
    expect(long?.ok).toBe(false);
    expect(long?.detail.notes[0]).toMatch(/^sample\/1: the output validator exited with 1/);
    expect(of(results, 'output validator: empty output')?.ok).toBe(true);
  });

  it('may be right to accept nothing where the jury answer is empty', async () => {
    const { results } = await verify(
      { ...CUSTOM, 'data/sample/1.ans': '', 'data/secret/1.ans': '' },
      validating((output) => (output.length < 3 ? 42 : 43)),
    );
    const empty = of(results, 'output validator: empty output');
    expect(empty).toMatchObject({ ok: true });
    expect(empty?.detail.notes).toEqual(['there is no case to try empty output in']);
  });
});

describe('the margins', () => {
  const timed = (cpuTimeMs: number): Options => ({
    programs: { echo: (_request, stdin) => ({ prints: stdin, cpuTimeMs }) },
  });
  const SLOWEST = 'margin: accepted submissions and the time limit';

  it('of the format are advice', async () => {
    const { results } = await verify(ECHO, timed(700));
    expect(of(results, SLOWEST)).toMatchObject({ ok: true });
    expect(of(results, SLOWEST)?.detail.notes).toEqual([
      'submissions/accepted/a.py takes 0.70 s of 1.00 s: the limit is 1.43 times that, not 2 times',
    ]);
  });

  it('that the package states itself are binding', async () => {
    const yaml = 'limits: {time_limit: 1, time_multipliers: {ac_to_time_limit: 3}}\n';
    const { results } = await verify({ ...ECHO, 'problem.yaml': yaml }, timed(400));
    expect(bad(results)).toEqual([SLOWEST]);
    expect(bad((await verify({ ...ECHO, 'problem.yaml': yaml }, timed(300))).results)).toEqual([]);
  });

  it('of what must be too slow are tried under the longer limit', async () => {
    const files = {
      ...ECHO,
      'problem.yaml':
        'problem_format_version: 2025-09\nlimits: {time_limit: 1, time_multipliers: {time_limit_to_tle: 2}}\n',
      'submissions/time_limit_exceeded/s.py': 'slow',
    };
    const subject = 'margin: submissions/time_limit_exceeded/s.py';
    expect(of((await verify(files)).results, subject)).toMatchObject({ ok: true });
    const barely: Programs = {
      slow: (request, stdin) =>
        request.limits.cpuTimeMs < 1300
          ? { cpuTimeMs: 1600, stopCause: 'cpu-time' }
          : { prints: stdin, cpuTimeMs: 1300 },
    };
    const { results } = await verify(files, { programs: barely });
    expect(bad(results)).toEqual([subject]);
    expect(of(results, subject)?.detail.notes).toEqual([
      'is accepted when it is given 2 times the time limit',
    ]);
  });

  it('of memory are told', async () => {
    const { results } = await verify(ECHO, {
      programs: {
        echo: (request, stdin) => ({
          prints: stdin,
          memoryBytes: request.limits.memoryBytes * 0.95,
        }),
      },
    });
    const memory = of(results, 'margin: accepted submissions and the memory limit');
    expect(memory).toMatchObject({ ok: true });
    expect(memory?.detail.notes[0]).toMatch(/^submissions\/accepted\/a\.py takes/);
  });
});
