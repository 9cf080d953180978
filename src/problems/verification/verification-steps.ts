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
import { JUNK, type Junk } from './junk-output.js';
import { acceptedMargin, memoryMargin, tooSlowMargin, type Measured } from './margins.js';
import { probeValidator } from './probe-validator.js';
import type { VerificationResult } from './verification-result.js';

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

export interface Step {
  readonly subject: string;
  run(state: StepState): Promise<Pick<VerificationResult, 'ok' | 'detail'>>;
}

export interface StepState {
  /** With the time limit found so far. */
  readonly problem: Problem;
  readonly results: readonly VerificationResult[];
  /** The time limit of the version where it was known from the beginning. */
  readonly cpuTimeLimitMs: number | undefined;
  readonly bench: VerificationBench;
  readonly signal: AbortSignal | undefined;
}

/** The list follows from the package alone. */
export function planSteps(problemPackage: ProblemPackage): readonly Step[] {
  const steps = new Steps(problemPackage);
  const { exampleSubmissions, timeLimit, problem } = problemPackage;
  const junk = problem.validator.kind === 'programs' ? JUNK : [];
  return [
    ...(timeLimit.kind === 'computed' ? [steps.timeLimit(timeLimit)] : []),
    ...exampleSubmissions.map((example) => steps.example(example)),
    ...junk.map((each) => ({
      subject: `output validator: ${each.name}`,
      run: (state: StepState) => steps.probe(each, state),
    })),
    { subject: 'margin: accepted submissions and the time limit', run: steps.timeMargin },
    ...exampleSubmissions
      .filter(({ useForTimeLimit }) => useForTimeLimit === 'upper')
      .map((example) => steps.slowMargin(example)),
    { subject: 'margin: accepted submissions and the memory limit', run: steps.memoryMargin },
  ];
}

class Steps {
  readonly #package: ProblemPackage;

  constructor(problemPackage: ProblemPackage) {
    this.#package = problemPackage;
  }

  timeLimit(timeLimit: Extract<TimeLimit, { kind: 'computed' }>): Step {
    return {
      subject: 'time limit',
      run: async (state) => {
        const { bench, cpuTimeLimitMs } = state;
        if (cpuTimeLimitMs !== undefined) return limitFound(cpuTimeLimitMs, ['was found before']);
        try {
          const found = await calibrate(
            this.#package,
            timeLimit,
            bench.dataDirectory,
            async (submission, problem) => {
              const judged = await this.#judge({ problem, submission, mode: 'full' }, state);
              return { ...judged.finished, slowestCpuTimeMs: judged.finished.cpuTimeMs };
            },
          );
          return limitFound(found.cpuTimeLimitMs, [
            `follows from submissions/${found.slowest}, which takes ${found.slowestMs} ms`,
          ]);
        } catch (error) {
          if (!(error instanceof JudgeError) || error.code !== 'bad-package') throw error;
          return limitFound(null, [error.message]);
        }
      },
    };
  }

  example(example: ExampleSubmission): Step {
    return {
      subject: `submissions/${example.path}`,
      run: async (state) => {
        const judged = await judgeExample(example, state.problem, (job) => this.#judge(job, state));
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

  async probe(junk: Junk, { problem, bench, signal }: StepState) {
    const { validator } = problem;
    if (validator.kind === 'programs') {
      const [submission] = validator.programs;
      if (submission !== undefined) await bench.prepareImages([{ problem, submission }]);
    }
    return await probeValidator(junk, problem, bench.ports, signal);
  }

  readonly timeMargin = (state: StepState) =>
    Promise.resolve(acceptedMargin(this.#accepted(state), this.#package.timeLimit));

  readonly memoryMargin = (state: StepState) =>
    Promise.resolve(memoryMargin(this.#accepted(state)));

  /** Nobody knows how long a killed program would have gone on: it is given the longer limit. */
  slowMargin(example: ExampleSubmission): Step {
    const { timeLimit } = this.#package;
    return {
      subject: `margin: submissions/${example.path}`,
      run: async (state) => {
        const longer = state.problem.limits.cpuTimeMs * timeLimit.rule.tooSlowMultiplier;
        const problem = withTimeLimit(state.problem, longer);
        const judged = await this.#judge({ problem, submission: example, mode: 'lazy' }, state);
        return tooSlowMargin(judged.finished.verdict !== 'AC', timeLimit);
      },
    };
  }

  /** Of those that bound the time limit from below, what was judged as it has to be. */
  #accepted({ results }: StepState): readonly Measured[] {
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

  async #judge(job: JudgeJob, { bench, signal }: StepState): Promise<Judged> {
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
}

function limitFound(cpuTimeLimitMs: number | null, notes: readonly string[]) {
  return {
    ok: cpuTimeLimitMs !== null,
    detail: { kind: 'time-limit', cpuTimeLimitMs, notes },
  } as const;
}
