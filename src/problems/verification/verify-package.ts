import { JudgeError } from '../../errors.js';
import type { JudgeJob } from '../../judging/judge-submission.js';
import { judgeToEnd, type Judged } from '../../judging/judge-to-end.js';
import { SandboxFailure, type Ports } from '../../judging/ports.js';
import type { Problem } from '../../judging/problem.js';
import { calibrate } from '../calibration.js';
import type { ExampleSubmission } from '../example-submission.js';
import { assessExample, judgeExample } from '../judge-example.js';
import { withTimeLimit, type ProblemPackage } from '../problem-package.js';
import type { TimeLimit } from '../time-limit.js';
import { JUNK } from './junk-output.js';
import { acceptedMargin, memoryMargin, tooSlowMargin, type Measured } from './margins.js';
import { probeValidator } from './probe-validator.js';
import type { VerificationResult } from './verification-result.js';

/*
 * Theory of operation. A verification is a list of steps that follows from the package alone: the time
 * limit where it has to be found, every example submission, junk for a custom validator, the margins.
 * A step's number is its place in that list. Results that are known already are taken over by their
 * number, so that a verification whose worker was killed goes on where it was.
 */

/** What judging the examples of a package asks of the machine. */
export interface VerificationBench {
  readonly ports: Ports;
  /** Builds what is absent of the images that judging these needs. */
  prepareImages(jobs: readonly Pick<JudgeJob, 'problem' | 'submission'>[]): Promise<void>;
  /** Where calibrations are kept. */
  readonly dataDirectory: string;
  /** Told what it is at, in words, often. */
  onProgress(what: string): void;
}

export interface NumberedResult extends VerificationResult {
  readonly ordinal: number;
}

export interface VerificationStart {
  /** The time limit of the version where it is known already. */
  readonly cpuTimeLimitMs: number | undefined;
  /** What an earlier attempt found, in order. */
  readonly earlier: readonly NumberedResult[];
}

interface Step {
  readonly subject: string;
  run(state: State): Promise<Pick<VerificationResult, 'ok' | 'detail'>>;
}

interface State {
  /** With the time limit found so far. */
  readonly problem: Problem;
  readonly results: readonly VerificationResult[];
}

/** How many results there will be. */
export function countSteps(problemPackage: ProblemPackage): number {
  return planSteps(problemPackage, undefined).length;
}

/**
 * Verifies a package, yielding what is new.
 * @throws SandboxFailure or the error of an image: nobody's mark, to be tried again.
 */
export async function* verifyPackage(
  problemPackage: ProblemPackage,
  { cpuTimeLimitMs, earlier }: VerificationStart,
  bench: VerificationBench,
  signal?: AbortSignal,
): AsyncGenerator<NumberedResult> {
  const results: VerificationResult[] = [];
  let { problem } = problemPackage;
  if (cpuTimeLimitMs !== undefined) problem = withTimeLimit(problem, cpuTimeLimitMs);
  for (const [index, step] of planSteps(problemPackage, {
    bench,
    signal,
    cpuTimeLimitMs,
  }).entries()) {
    signal?.throwIfAborted();
    const ordinal = index + 1;
    const known = earlier.find((result) => result.ordinal === ordinal);
    if (known === undefined) bench.onProgress(step.subject);
    const found = known ?? { subject: step.subject, ...(await step.run({ problem, results })) };
    results.push(found);
    if (known === undefined) yield { ...found, ordinal };
    if (found.detail.kind !== 'time-limit') continue;
    // Without a limit there is nothing to judge by.
    if (found.detail.cpuTimeLimitMs === null) return;
    problem = withTimeLimit(problem, found.detail.cpuTimeLimitMs);
  }
}

interface StepContext {
  readonly bench: VerificationBench;
  readonly signal: AbortSignal | undefined;
  readonly cpuTimeLimitMs: number | undefined;
}

/** @param context undefined: only to count them. */
function planSteps(
  problemPackage: ProblemPackage,
  context: StepContext | undefined,
): readonly Step[] {
  const steps = new Steps(problemPackage, context);
  const { exampleSubmissions, timeLimit, problem } = problemPackage;
  const junk = problem.validator.kind === 'programs' ? JUNK : [];
  return [
    ...(timeLimit.kind === 'computed' ? [steps.timeLimit(timeLimit)] : []),
    ...exampleSubmissions.map((example) => steps.example(example)),
    ...junk.map((each) => ({
      subject: `output validator: ${each.name}`,
      run: (state: State) => steps.probe(each, state),
    })),
    { subject: 'margin: accepted submissions and the time limit', run: steps.timeMargin },
    ...exampleSubmissions
      .filter(({ useForTimeLimit }) => useForTimeLimit === 'upper')
      .map((example) => steps.slowMargin(example)),
    { subject: 'margin: accepted submissions and the memory limit', run: steps.memoryMargin },
  ];
}

const NOT_FOUND: readonly string[] = ['bad-package'];

class Steps {
  readonly #package: ProblemPackage;
  readonly #context: StepContext | undefined;

  constructor(problemPackage: ProblemPackage, context: StepContext | undefined) {
    this.#package = problemPackage;
    this.#context = context;
  }

  timeLimit(timeLimit: Extract<TimeLimit, { kind: 'computed' }>): Step {
    return {
      subject: 'time limit',
      run: async () => {
        const { bench, cpuTimeLimitMs } = this.#needed;
        if (cpuTimeLimitMs !== undefined) return limitFound(cpuTimeLimitMs, ['was found before']);
        try {
          const found = await calibrate(
            this.#package,
            timeLimit,
            bench.dataDirectory,
            async (submission, problem) => {
              const judged = await this.#judge({ problem, submission, mode: 'full' });
              return { ...judged.finished, slowestCpuTimeMs: judged.finished.cpuTimeMs };
            },
          );
          return limitFound(found.cpuTimeLimitMs, [
            `follows from submissions/${found.slowest}, which takes ${found.slowestMs} ms`,
          ]);
        } catch (error) {
          if (!(error instanceof JudgeError) || !NOT_FOUND.includes(error.code)) throw error;
          return limitFound(null, [error.message]);
        }
      },
    };
  }

  example(example: ExampleSubmission): Step {
    return {
      subject: `submissions/${example.path}`,
      run: async ({ problem }) => {
        const judged = await judgeExample(example, problem, (job) => this.#judge(job));
        const { ok, note } = assessExample(example, judged, this.#package);
        const { started, finished } = judged;
        const where = finished.testCase === undefined ? '' : `${finished.testCase}: `;
        return {
          ok,
          detail: {
            kind: 'example',
            language: example.language.id,
            expected: example.expected,
            verdict: finished.verdict,
            timeMs: finished.cpuTimeMs,
            timeLimitMs: started.cpuTimeLimitMs,
            memoryBytes: finished.memoryBytes,
            memoryLimitBytes: started.memoryLimitBytes,
            notes: [
              ...(note === undefined ? [] : [note]),
              ...(ok || finished.reason === '' ? [] : [where + finished.reason]),
            ],
          },
        };
      },
    };
  }

  async probe(junk: (typeof JUNK)[number], { problem }: State) {
    const { bench, signal } = this.#needed;
    const { validator } = problem;
    if (validator.kind === 'programs') {
      const [submission] = validator.programs;
      if (submission !== undefined) await bench.prepareImages([{ problem, submission }]);
    }
    return await probeValidator(junk, problem, bench.ports, signal);
  }

  readonly timeMargin = (state: State) =>
    Promise.resolve(acceptedMargin(this.#accepted(state), this.#package.timeLimit));

  readonly memoryMargin = (state: State) => Promise.resolve(memoryMargin(this.#accepted(state)));

  /** Nobody knows how long a killed program would have gone on: it is given the longer limit. */
  slowMargin(example: ExampleSubmission): Step {
    const { timeLimit } = this.#package;
    return {
      subject: `margin: submissions/${example.path}`,
      run: async ({ problem }) => {
        const longer = problem.limits.cpuTimeMs * timeLimit.rule.tooSlowMultiplier;
        const judged = await this.#judge({
          problem: withTimeLimit(problem, longer),
          submission: example,
          mode: 'lazy',
        });
        return tooSlowMargin(judged.finished.verdict !== 'AC', timeLimit);
      },
    };
  }

  /** Of those that bound the time limit from below, what was judged as it has to be. */
  #accepted({ results }: State): readonly Measured[] {
    const bounding = new Set(
      this.#package.exampleSubmissions
        .filter(({ useForTimeLimit }) => useForTimeLimit === 'lower')
        .map(({ path }) => `submissions/${path}`),
    );
    return results.flatMap(({ subject, detail }) =>
      detail.kind === 'example' && detail.verdict === 'AC' && bounding.has(subject)
        ? [{ path: subject, detail }]
        : [],
    );
  }

  async #judge(job: JudgeJob): Promise<Judged> {
    const { bench, signal } = this.#needed;
    await bench.prepareImages([job]);
    let testCases = 0;
    const judged = await judgeToEnd(job, bench.ports, signal, (event) => {
      if (event.type === 'started') ({ testCases } = event);
      if (event.type !== 'run') return;
      const { path } = job.submission as ExampleSubmission;
      bench.onProgress(`submissions/${path}: case ${event.ordinal} of ${testCases}`);
    });
    const { fault, reason } = judged.finished;
    if (fault === 'sandbox') throw new SandboxFailure(reason);
    return judged;
  }

  get #needed(): StepContext {
    if (this.#context === undefined) throw new Error('a step that was only counted is run');
    return this.#context;
  }
}

function limitFound(cpuTimeLimitMs: number | null, notes: readonly string[]) {
  return {
    ok: cpuTimeLimitMs !== null,
    detail: { kind: 'time-limit', cpuTimeLimitMs, notes },
  } as const;
}
