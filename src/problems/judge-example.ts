import type { JudgeJob } from '../judging/judge-submission.js';
import type { Judged } from '../judging/judge-to-end.js';
import type { Problem } from '../judging/problem.js';
import { timingSubmissions } from './calibration.js';
import type { ExampleSubmission } from './example-submission.js';
import { checkExpectation, needsEveryCase } from './expectation.js';
import type { ProblemPackage } from './problem-package.js';

/** Lazily first; what the cases left out may still bring is then looked for in full. */
export async function judgeExample(
  example: ExampleSubmission,
  problem: Problem,
  judge: (job: JudgeJob) => Promise<Judged>,
): Promise<Judged> {
  const judgeIn = (mode: 'lazy' | 'full') => judge({ problem, submission: example, mode });
  if (needsEveryCase(example.expectation)) return judgeIn('full');
  const lazily = await judgeIn('lazy');
  return check(example, lazily) === 'undecided' ? judgeIn('full') : lazily;
}

export interface Assessment {
  readonly ok: boolean;
  /** Why it is ok when the verdict alone does not say so. */
  readonly note?: string;
}

/** Did the example submission do what it has to? */
export function assessExample(
  example: ExampleSubmission,
  judged: Judged,
  problemPackage: ProblemPackage,
): Assessment {
  if (check(example, judged) === 'met') return { ok: true };
  if (!isInconclusive(example, judged, problemPackage)) return { ok: false };
  return {
    ok: true,
    note: 'inconclusive: the time limit follows from submissions in faster languages',
  };
}

function check(example: ExampleSubmission, { finished, runs }: Judged) {
  return checkExpectation(example.expectation, finished.verdict, runs);
}

/** A limit that was computed without a slow language says nothing about a solution in it. */
function isInconclusive(
  example: ExampleSubmission,
  { finished }: Judged,
  { timeLimit, exampleSubmissions }: ProblemPackage,
): boolean {
  return (
    finished.verdict === 'TLE' &&
    timeLimit.kind === 'computed' &&
    example.useForTimeLimit === 'lower' &&
    !timingSubmissions(exampleSubmissions).includes(example)
  );
}
