import type { JudgementEvent } from '../judging/judgement.js';
import type { JudgeJob } from '../judging/judge-submission.js';
import { judgeToEnd, type Judged } from '../judging/judge-to-end.js';
import { findTimeLimit } from '../problems/calibration.js';
import { withTimeLimit, type ProblemPackage } from '../problems/problem-package.js';
import type { Problem } from '../judging/problem.js';
import type { CliContext } from './context.js';
import type { JudgingEngine } from './judging-engine.js';

/** Judges to the end, telling how far it is. */
export async function judgeWithProgress(
  job: JudgeJob,
  what: string,
  engine: JudgingEngine,
  { progress, signal }: CliContext,
  onEvent: (event: JudgementEvent) => void = () => undefined,
): Promise<Judged> {
  let testCases = 0;
  return await judgeToEnd(job, engine.ports, signal, (event) => {
    if (event.type === 'started') {
      testCases = event.testCases;
      progress.step(`${what}: compiling`);
    }
    if (event.type === 'compiled') progress.step(`${what}: judging`);
    if (event.type === 'run') progress.detail(`case ${event.ordinal} of ${testCases}`);
    onEvent(event);
  });
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
