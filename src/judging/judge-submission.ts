import { judgeCase, type CaseContext } from './judge-case.js';
import { fillCommand } from './command.js';
import type { Compilation } from './compilation.js';
import { endsJudging, decidingRun, planRuns, type PlannedRun } from './run-plan.js';
import type { FinishedEvent, JudgementEvent, JudgingMode } from './judgement.js';
import { inOrder } from './in-order.js';
import { compileLimits, runLimits } from './limits.js';
import { SandboxFailure, type Ports } from './ports.js';
import type { Problem } from './problem.js';
import type { Run } from './run.js';
import { submittedProgram, type Program, type Submission } from './submission.js';
import { prepareContainers } from './prepare-containers.js';

export interface JudgeJob {
  readonly problem: Problem;
  readonly submission: Submission;
  readonly mode: JudgingMode;
  /**
   * A run that is known already, of this artifact (by content hash) and a case of this content:
   * taken over instead of running it again. Whoever supplies it answers for limits and validator
   * being the same.
   */
  readonly earlierRun?: (artifactHash: string, contentId: string) => Run | undefined;
}

/**
 * Judges one submission: compiles it once, runs the planned cases each in a fresh container, and
 * says what happens as it happens. Verdicts are events; only what stops judging altogether (an
 * abort, a faulty installation) is thrown.
 */
export async function* judgeSubmission(
  job: JudgeJob,
  ports: Ports,
  signal?: AbortSignal,
): AsyncGenerator<JudgementEvent> {
  const { problem, submission, mode } = job;
  const limits = runLimits(problem.limits, submission.language.profile);
  const plan = planRuns(problem.testCases, mode);
  yield {
    type: 'started',
    problem: problem.id,
    language: submission.language.id,
    mode,
    testCases: plan.length,
    cpuTimeLimitMs: limits.cpuTimeMs,
    memoryLimitBytes: limits.memoryBytes,
  };

  prepareContainers(ports.sandbox, job, plan);
  const program = submittedProgram(submission, problem.includes);
  const compilation = await compileProgram(program, job, ports, signal);
  if (compilation.kind === 'sandbox-failure') {
    yield sandboxFailed(compilation.message);
    return;
  }
  yield compiledEvent(compilation);
  if (compilation.kind === 'failed') {
    yield finished('CE', compilation.reason, []);
    return;
  }

  const context: CaseContext = {
    problem,
    program,
    ports,
    limits,
    artifact: compilation.artifact,
    command: fillCommand(program.language.run, program, limits),
  };
  const runs: Run[] = [];
  const judge = judgeEqualCasesOnce(context, job.earlierRun);
  for await (const run of inOrder(plan, ports.sandbox.slots, judge, signal)) {
    runs.push(run);
    yield { type: 'run', ...run };
    if (endsJudging(run.verdict, mode)) break;
  }
  yield conclude(runs);
}

interface SandboxFailed {
  readonly kind: 'sandbox-failure';
  readonly message: string;
}

async function compileProgram(
  program: Program,
  { problem }: JudgeJob,
  { compiler }: Ports,
  signal?: AbortSignal,
): Promise<Compilation | SandboxFailed> {
  try {
    return await compiler.compile(program, compileLimits(problem.limits), signal);
  } catch (error) {
    if (!(error instanceof SandboxFailure)) throw error;
    return { kind: 'sandbox-failure', message: error.message };
  }
}

/** Equal cases give equal runs: the second takes over what the first found. */
function judgeEqualCasesOnce(context: CaseContext, earlierRun: JudgeJob['earlierRun']) {
  const known = new Map<string, Promise<Run> | Run>();
  return async (planned: PlannedRun, signal: AbortSignal): Promise<Run> => {
    const { ordinal, testCase } = planned;
    const first =
      known.get(testCase.contentId) ??
      earlierRun?.(context.artifact.contentHash, testCase.contentId) ??
      judgeCase(planned, context, signal);
    known.set(testCase.contentId, first);
    return withoutSecrets({
      ...(await first),
      ordinal,
      testCase: testCase.name,
      visibility: testCase.visibility,
    });
  };
}

/** A secret case may equal a sample; the excerpt still belongs to the sample alone. */
function withoutSecrets({ sample, ...run }: Run): Run {
  return run.visibility === 'sample' && sample !== undefined ? { ...run, sample } : run;
}

function compiledEvent(compilation: Compilation): JudgementEvent {
  return {
    type: 'compiled',
    accepted: compilation.kind === 'compiled',
    reason: compilation.kind === 'failed' ? compilation.reason : '',
    ...(compilation.kind === 'compiled' ? { artifactHash: compilation.artifact.contentHash } : {}),
    log: compilation.log,
    cpuTimeMs: compilation.cpuTimeMs,
    wallTimeMs: compilation.wallTimeMs,
    memoryBytes: compilation.memoryBytes,
  };
}

/** A judgement without a single run is nobody's acceptance. */
function conclude(runs: readonly Run[]): FinishedEvent {
  if (runs.length === 0) {
    return { ...finished('JE', 'there was no test case to judge', runs), fault: 'problem' };
  }
  const run = decidingRun(runs);
  if (run === undefined) return finished('AC', '', runs);
  return {
    ...finished(run.verdict, run.reason, runs),
    testCase: run.testCase,
    ...(run.verdict === 'JE' ? { fault: run.rule === 'sandbox' ? 'sandbox' : 'problem' } : {}),
  };
}

function sandboxFailed(message: string): FinishedEvent {
  return { ...finished('JE', message, []), fault: 'sandbox' };
}

function finished(
  verdict: FinishedEvent['verdict'],
  reason: string,
  runs: readonly Run[],
): FinishedEvent {
  return {
    type: 'finished',
    verdict,
    reason,
    cpuTimeMs: Math.max(0, ...runs.map((run) => run.cpuTimeMs)),
    memoryBytes: Math.max(0, ...runs.map((run) => run.memoryBytes)),
  };
}
