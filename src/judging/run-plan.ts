import type { JudgingMode } from './judgement.js';
import type { TestCase } from './problem.js';
import type { Verdict } from './verdict.js';

export interface PlannedRun {
  /** From 1. */
  readonly ordinal: number;
  readonly testCase: TestCase;
}

/** The cases to judge, in the order that decides the verdict. */
export function planRuns(testCases: readonly TestCase[], mode: JudgingMode): readonly PlannedRun[] {
  return testCases
    .filter((testCase) => mode !== 'samples' || testCase.visibility === 'sample')
    .map((testCase, index) => ({ ordinal: index + 1, testCase }));
}

/** Does judging end with this verdict, or do the later cases still run? */
export function endsJudging(verdict: Verdict, mode: JudgingMode): boolean {
  return verdict !== 'AC' && mode === 'lazy';
}

/** A submission that fails several cases has the verdict of the first by rank, whichever ended first. */
export function decidingRun<T extends { readonly verdict: Verdict }>(
  runs: readonly T[],
): T | undefined {
  return runs.find((run) => run.verdict !== 'AC');
}
