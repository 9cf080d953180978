import type { JudgementEvent } from '../judging/judgement.js';
import { judgeSubmission, type JudgeJob } from '../judging/judge-submission.js';
import { findTimeLimit } from '../problems/calibration.js';
import { withTimeLimit, type ProblemPackage } from '../problems/problem-package.js';
import type { Problem } from '../judging/problem.js';
import type { Run } from '../judging/run.js';
import type { FinishedEvent } from '../judging/judgement.js';
import type { CliContext } from './context.js';
import type { JudgingEngine } from './judging-engine.js';

export interface Judged {
  readonly runs: readonly Run[];
  readonly finished: FinishedEvent;
}

/** Judges to the end, telling how far it is. */
export async function judgeWithProgress(
  job: JudgeJob,
  what: string,
  engine: JudgingEngine,
  { progress, signal }: CliContext,
  onEvent: (event: JudgementEvent) => void = () => undefined,
): Promise<Judged> {
  const runs: Run[] = [];
  let testCases = 0;
  for await (const event of judgeSubmission(job, engine.ports, signal)) {
    switch (event.type) {
      case 'started':
        testCases = event.testCases;
        progress.step(`${what}: compiling`);
        break;
      case 'compiled':
        progress.step(`${what}: judging`);
        break;
      case 'run':
        runs.push(event);
        progress.detail(`case ${runs.length} of ${testCases}`);
        break;
      case 'finished':
        onEvent(event);
        return { runs, finished: event };
    }
    onEvent(event);
  }
  throw new Error('judging ended without a verdict');
}

/** The problem with its time limit, which is found by judging where the package states none. */
export async function problemToJudge(
  problemPackage: ProblemPackage,
  engine: JudgingEngine,
  context: CliContext,
): Promise<Problem> {
  const { problem } = problemPackage;
  const cpuTimeMs = await findTimeLimit(
    problemPackage,
    context.config.dataDirectory,
    async (submission, uncalibrated) => {
      const job: JudgeJob = { problem: uncalibrated, submission, mode: 'full' };
      await engine.prepareImages([job]);
      const what = `${problem.id}: finding the time limit with ${submission.path}`;
      const { finished } = await judgeWithProgress(job, what, engine, context);
      return { ...finished, slowestCpuTimeMs: finished.cpuTimeMs };
    },
  );
  return withTimeLimit(problem, cpuTimeMs);
}
