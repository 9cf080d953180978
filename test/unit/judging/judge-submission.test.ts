import { describe, expect, it } from 'vitest';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import type { JudgementEvent, JudgingMode } from '../../../src/judging/judgement.js';
import { judgeSubmission, type JudgeJob } from '../../../src/judging/judge-submission.js';
import { SandboxFailure } from '../../../src/judging/ports.js';
import type { Problem } from '../../../src/judging/problem.js';
import { memoryPorts } from '../../fakes/memory-ports.js';
import { file, problem, testCase, toyProgram } from '../../fakes/sample-problem.js';
import { ScriptedSandbox, type Script } from '../../fakes/scripted-sandbox.js';

type Player = (request: ExecutionRequest, signal?: AbortSignal) => Script | Promise<Script>;

/** Plays compile, run and validate; a run prints what the function says for its input. */
async function judge(
  judged: Problem,
  run: Player,
  {
    mode = 'lazy',
    slots = 1,
    compile = () => ({}),
    validate = () => ({}),
    earlierRun,
  }: {
    mode?: JudgingMode;
    slots?: number;
    compile?: Player;
    validate?: Player;
    earlierRun?: JudgeJob['earlierRun'];
  } = {},
) {
  const players = { compile, run, validate };
  const sandbox = new ScriptedSandbox(
    (request, signal) => players[request.purpose](request, signal),
    slots,
  );
  const ports = memoryPorts(sandbox);
  const events: JudgementEvent[] = [];
  const submission = toyProgram();
  const job = { problem: judged, submission, mode, ...(earlierRun ? { earlierRun } : {}) };
  for await (const event of judgeSubmission(job, ports)) events.push(event);
  const runs = events.filter((event) => event.type === 'run');
  const finished = events.at(-1);
  if (finished?.type !== 'finished') throw new Error('no finished event');
  return { sandbox, ports, events, runs, finished };
}

const THREE = problem([testCase('sample/1'), testCase('secret/1'), testCase('secret/2')]);

async function inputOf(request: ExecutionRequest): Promise<string> {
  let text = '';
  for await (const chunk of request.stdin.read()) text += Buffer.from(chunk).toString();
  return text.trim();
}

describe('judging a submission', () => {
  it('tells start, compilation, every run in order, and the end', async () => {
    const { events, finished } = await judge(THREE, () => ({ prints: 'yes\n' }));
    expect(events.map((event) => event.type)).toEqual([
      'started',
      'compiled',
      'run',
      'run',
      'run',
      'finished',
    ]);
    expect(finished.verdict).toBe('AC');
  });

  it('compiles once and never runs a program that does not compile', async () => {
    const { sandbox, events, finished } = await judge(THREE, () => ({ prints: 'yes\n' }), {
      compile: () => ({ prints: 'line 1: oh no', end: { kind: 'exited', exitCode: 1 } }),
    });
    expect(sandbox.requests.map((request) => request.purpose)).toEqual(['compile']);
    expect(events.find((event) => event.type === 'compiled')?.log).toBe('line 1: oh no');
    expect(finished.verdict).toBe('CE');
  });

  it('stops at the first rejection when lazy, and judges on when full', async () => {
    const answers: Player = async (request) => ({
      prints: (await inputOf(request)) === 'secret/1' ? 'no' : 'yes',
    });
    const lazy = await judge(THREE, answers);
    expect(lazy.runs.map((run) => run.verdict)).toEqual(['AC', 'WA']);
    const full = await judge(THREE, answers, { mode: 'full' });
    expect(full.runs.map((run) => run.verdict)).toEqual(['AC', 'WA', 'AC']);
    expect([lazy.finished.verdict, full.finished.verdict]).toEqual(['WA', 'WA']);
    expect(full.finished.testCase).toBe('secret/1');
  });

  it('judges only samples in samples mode', async () => {
    const { runs } = await judge(THREE, () => ({ prints: 'yes' }), { mode: 'samples' });
    expect(runs.map((run) => run.testCase)).toEqual(['sample/1']);
  });

  it('gives the verdict of the first case by rank even when a later one fails sooner', async () => {
    const { runs, finished } = await judge(
      THREE,
      async (request) => {
        const input = await inputOf(request);
        if (input === 'secret/1') {
          await new Promise((resolve) => setTimeout(resolve, 30));
          return { prints: 'no' };
        }
        return input === 'secret/2' ? { end: { kind: 'exited', exitCode: 1 } } : { prints: 'yes' };
      },
      { slots: 3 },
    );
    expect(finished).toMatchObject({ verdict: 'WA', testCase: 'secret/1' });
    expect(runs.map((run) => run.ordinal)).toEqual([1, 2]);
  });

  it('aborts what is still under way once a lazy judgement has its verdict', async () => {
    let aborted = 0;
    await judge(
      THREE,
      async (request, signal) => {
        if ((await inputOf(request)) === 'sample/1') return { prints: 'no' };
        await new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            aborted += 1;
            reject(new Error('aborted'));
          });
        });
        return {};
      },
      { slots: 3 },
    );
    expect(aborted).toBe(2);
  });

  it('runs equal cases once and reports each', async () => {
    const twice = problem([
      testCase('sample/1', { contentId: 'same' }),
      testCase('secret/1', { contentId: 'same' }),
    ]);
    const { sandbox, runs } = await judge(twice, () => ({ prints: 'yes' }));
    expect(sandbox.requests.filter((request) => request.purpose === 'run')).toHaveLength(1);
    expect(runs.map((run) => run.testCase)).toEqual(['sample/1', 'secret/1']);
  });

  it('takes over a run that is known, and runs only the other cases', async () => {
    const first = await judge(THREE, () => ({ prints: 'yes\n' }));
    const compiled = first.events.find((event) => event.type === 'compiled');
    const known = new Map(
      THREE.testCases.map(({ contentId }, index) => [
        `${compiled?.artifactHash ?? ''} ${contentId}`,
        first.runs[index]!,
      ]),
    );
    known.delete(`${compiled?.artifactHash ?? ''} ${THREE.testCases[1]!.contentId}`);
    const again = await judge(THREE, () => ({ prints: 'no\n' }), {
      mode: 'full',
      earlierRun: (artifactHash, contentId) => known.get(`${artifactHash} ${contentId}`),
    });
    expect(again.runs.map(({ verdict }) => verdict)).toEqual(['AC', 'WA', 'AC']);
    const executed = again.sandbox.requests.filter(({ purpose }) => purpose === 'run');
    expect(executed).toHaveLength(1);
  });

  it('shows expected and found of samples only', async () => {
    const { runs } = await judge(THREE, () => ({ prints: 'no' }), { mode: 'full' });
    expect(runs.map((run) => run.sample?.teamOutput)).toEqual(['no', undefined, undefined]);
    expect(JSON.stringify(runs.slice(1))).not.toContain('yes');
  });

  it('tries a failing sandbox again and keeps the true verdict', async () => {
    let failures = 2;
    const { finished, sandbox } = await judge(THREE, () => {
      failures -= 1;
      if (failures >= 0) throw new SandboxFailure('the container vanished');
      return { prints: 'yes' };
    });
    expect(finished.verdict).toBe('AC');
    expect(sandbox.requests.filter((request) => request.purpose === 'run')).toHaveLength(5);
  });

  it('gives JE, and no other verdict, when the sandbox fails three times', async () => {
    const { finished } = await judge(THREE, () => {
      throw new SandboxFailure('the daemon is gone');
    });
    expect(finished).toMatchObject({
      verdict: 'JE',
      fault: 'sandbox',
      reason: 'the daemon is gone',
    });
  });

  it('gives JE when the sandbox fails while compiling', async () => {
    const { finished, events } = await judge(THREE, () => ({}), {
      compile: () => {
        throw new SandboxFailure('no container');
      },
    });
    expect(events.map((event) => event.type)).toEqual(['started', 'finished']);
    expect(finished).toMatchObject({ verdict: 'JE', fault: 'sandbox' });
  });

  it('never accepts a problem without test cases', async () => {
    const { finished } = await judge(problem([]), () => ({}));
    expect(finished).toMatchObject({ verdict: 'JE', fault: 'problem' });
  });

  it('closes the jury answer after a program that failed half-way', async () => {
    let open = 0;
    const answer = {
      sizeBytes: 20,
      async *read() {
        open += 1;
        try {
          yield Buffer.from('yes\n');
          yield Buffer.from('and much more\n');
        } finally {
          open -= 1;
        }
      },
    };
    await judge(problem([testCase('secret/1', { answer })]), () => ({
      prints: 'yes\n',
      end: { kind: 'exited', exitCode: 1 },
    }));
    expect(open).toBe(0);
  });

  it('passes on an abort instead of a verdict', async () => {
    const ports = memoryPorts(new ScriptedSandbox(() => ({ prints: 'yes' })));
    const stop = new AbortController();
    const judgement = judgeSubmission(
      { problem: THREE, submission: toyProgram(), mode: 'full' },
      ports,
      stop.signal,
    );
    await judgement.next();
    stop.abort(new Error('stopped on request'));
    await expect(judgement.next()).rejects.toThrow('stopped on request');
  });

  it('compiles include files over those of the submission', async () => {
    const judged = problem([testCase('sample/1')], {
      includes: { toy: [file('main.toy', 'from the jury'), file('lib.toy')] },
    });
    const { sandbox } = await judge(judged, () => ({ prints: 'yes' }));
    expect(sandbox.requests[0]?.files.map((staged) => staged.name)).toEqual([
      'main.toy',
      'lib.toy',
    ]);
  });

  it('announces the containers it will need before it compiles', async () => {
    const { sandbox } = await judge(THREE, () => ({ prints: 'yes' }));
    expect(sandbox.prepared.map(({ count }) => count)).toEqual([1, 3]);
  });
});

describe('a borderline run', () => {
  it('is tried again alone, and the fastest trial decides', async () => {
    const times = [1200, 1100, 900];
    const { runs, sandbox } = await judge(problem([testCase('secret/1')]), () => ({
      prints: 'yes',
      cpuTimeMs: times.shift() ?? 0,
    }));
    expect(runs[0]).toMatchObject({ verdict: 'AC', cpuTimeMs: 900 });
    expect(runs[0]?.attempts?.map((attempt) => attempt.verdict)).toEqual(['TLE', 'TLE', 'AC']);
    const alone = sandbox.requests.filter((request) => request.purpose === 'run');
    expect(alone.map((request) => request.alone)).toEqual([false, true, true]);
  });

  it('stays TLE after two more trials', async () => {
    const { runs } = await judge(problem([testCase('secret/1')]), () => ({
      prints: 'yes',
      cpuTimeMs: 1200,
    }));
    expect(runs[0]?.attempts).toHaveLength(3);
    expect(runs[0]).toMatchObject({ verdict: 'TLE', reason: 'CPU 1.20 s of 1.00 s' });
  });

  it('is not one that was killed, nor one that was accepted', async () => {
    const killed = await judge(problem([testCase('secret/1')]), () => ({
      stopCause: 'cpu-time',
      cpuTimeMs: 1499,
      end: { kind: 'signalled', signal: 9 },
    }));
    expect(killed.runs[0]).toMatchObject({ verdict: 'TLE' });
    expect(killed.runs[0]?.attempts).toBeUndefined();
  });
});

describe('a run that was killed for its memory', () => {
  it('is never said to have used more than the limit', async () => {
    const { runs } = await judge(problem([testCase('secret/1')]), () => ({
      outOfMemoryKills: 1,
      memoryBytes: 90 * 2 ** 20,
    }));
    expect(runs[0]).toMatchObject({
      verdict: 'MLE',
      reason: 'killed at 80 MiB',
      memoryBytes: 80 * 2 ** 20,
    });
  });
});

describe('a run that others starved of its core', () => {
  const starved = {
    stopCause: 'wall-time',
    end: { kind: 'signalled', signal: 9 },
    cpuTimeMs: 100,
    wallTimeMs: 3000,
    starvedMs: 2900,
  } as const;

  it('is tried again alone, and a fair trial decides', async () => {
    const plays: Script[] = [starved, { prints: 'yes', cpuTimeMs: 900 }];
    const { runs } = await judge(problem([testCase('secret/1')]), () => plays.shift() ?? {});
    expect(runs[0]).toMatchObject({ verdict: 'AC', cpuTimeMs: 900 });
  });

  it('is a judging error when no trial was fair, never TLE', async () => {
    const { finished } = await judge(problem([testCase('secret/1')]), () => starved);
    expect(finished).toMatchObject({ verdict: 'JE', fault: 'sandbox' });
  });

  it('is TLE all the same when its CPU time is over the limit', async () => {
    const { runs } = await judge(problem([testCase('secret/1')]), () => ({
      ...starved,
      cpuTimeMs: 1030,
    }));
    expect(runs[0]).toMatchObject({ verdict: 'TLE', rule: 'cpu-time' });
  });

  it('is not one that waited for something else', async () => {
    const { runs } = await judge(problem([testCase('secret/1')]), () => ({
      ...starved,
      starvedMs: 20,
    }));
    expect(runs[0]).toMatchObject({ verdict: 'TLE', rule: 'wall-time' });
    expect(runs[0]?.attempts).toBeUndefined();
  });
});

describe('custom output validators', () => {
  const exits = (exitCode: number): Script => ({ end: { kind: 'exited', exitCode } });
  const validated = problem([testCase('secret/1'), testCase('secret/2')], {
    validator: { kind: 'programs', programs: [toyProgram('validate.toy')] },
  });

  it.each([
    [42, 'AC'],
    [43, 'WA'],
    [0, 'JE'],
    [1, 'JE'],
    [99, 'JE'],
  ] as const)('exit code %i is %s', async (exitCode, verdict) => {
    const { finished } = await judge(validated, () => ({ prints: 'x' }), {
      validate: () => exits(exitCode),
    });
    expect(finished.verdict).toBe(verdict);
  });

  it('are compiled once and read team output from stdin', async () => {
    const seen: string[] = [];
    const { sandbox, ports } = await judge(validated, () => ({ prints: 'team output' }), {
      validate: async (request) => {
        seen.push(await inputOf(request));
        return exits(42);
      },
    });
    expect(seen).toEqual(['team output', 'team output']);
    expect(sandbox.requests.filter((request) => request.purpose === 'compile')).toHaveLength(2);
    expect(ports.openSpools()).toBe(0);
  });

  it('must all accept', async () => {
    const two = problem([testCase('secret/1')], {
      validator: { kind: 'programs', programs: [toyProgram('a.toy'), toyProgram('b.toy')] },
    });
    const { finished } = await judge(two, () => ({}), {
      validate: (request) => exits(request.command[2] === '/box/b.toy' ? 43 : 42),
    });
    expect(finished.verdict).toBe('WA');
  });

  it('show the team message as the reason and keep the judge message apart', async () => {
    const { runs } = await judge(validated, () => ({}), {
      validate: () => ({
        ...exits(43),
        collected: [
          file('feedback/judgemessage.txt', 'secret'),
          file('feedback/teammessage.txt', 'too long\n'),
        ],
      }),
    });
    expect(runs[0]).toMatchObject({
      verdict: 'WA',
      reason: 'too long',
      feedback: { judgeMessage: 'secret', teamMessage: 'too long\n' },
    });
  });

  it('that do not compile are a judging error of the problem', async () => {
    const { finished } = await judge(validated, () => ({}), {
      compile: (request) =>
        request.files.some((staged) => staged.name === 'validate.toy') ? exits(1) : {},
    });
    expect(finished).toMatchObject({ verdict: 'JE', fault: 'problem' });
  });

  it('are not asked about a program that failed', async () => {
    const { sandbox, finished } = await judge(validated, () => exits(1), {
      validate: () => exits(42),
    });
    expect(finished.verdict).toBe('RTE');
    expect(sandbox.requests.some((request) => request.purpose === 'validate')).toBe(false);
  });
});
