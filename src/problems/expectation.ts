import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { Glob } from './glob.js';

/**
 * What an example submission has to do, case by case (2025-09 "Example submissions"): every case
 * may only have a permitted verdict, and at least one must have a required one.
 */
export interface Requirement {
  /** Test cases it is about; undefined: all. */
  readonly cases?: Glob;
  readonly permitted: readonly Verdict[];
  readonly required: readonly Verdict[];
}

export type Expectation =
  | { readonly kind: 'cases'; readonly requirements: readonly Requirement[] }
  /** Only the verdict of the whole counts. */
  | { readonly kind: 'verdict'; readonly verdicts: readonly Verdict[] };

const ALL = (Object.keys(VERDICTS) as Verdict[]).filter((verdict) => verdict !== 'JE');

/** Nothing is expected but that judging works. */
export const ANY_VERDICT: Expectation = { kind: 'verdict', verdicts: ALL };

/** The verdicts of the whole submission that fit, for people and machines to read. */
export function expectedVerdicts(expectation: Expectation): readonly Verdict[] {
  if (expectation.kind === 'verdict') return expectation.verdicts;
  const whole = expectation.requirements.filter(({ cases }) => cases === undefined);
  const allowed = (verdict: Verdict): boolean =>
    whole.every(({ permitted }) => permitted.includes(verdict));
  const shown = (verdict: Verdict): boolean =>
    whole.every(({ required }) => required.includes(verdict));
  const required = unique(whole.flatMap((requirement) => requirement.required));
  const fitting = required.filter((verdict) => allowed(verdict) && shown(verdict));
  if (fitting.length > 0) return fitting;
  const permitted = unique(whole.flatMap((requirement) => requirement.permitted));
  return whole.length === 0 ? ALL : permitted.filter(allowed);
}

function unique(verdicts: readonly Verdict[]): readonly Verdict[] {
  return [...new Set(verdicts)];
}

export interface CaseVerdict {
  readonly testCase: string;
  readonly verdict: Verdict;
}

/** Requirements on some cases need those cases to be judged: lazy judging may never reach them. */
export function needsEveryCase(expectation: Expectation): boolean {
  return (
    expectation.kind === 'cases' &&
    expectation.requirements.some(({ cases }) => cases !== undefined)
  );
}

/**
 * Does a judged submission do what it has to? `undecided`: nothing is wrong so far, but what is
 * required has not happened; after lazy judging the cases left out may still bring it, after full
 * judging it is broken.
 */
export function checkExpectation(
  expectation: Expectation,
  verdict: Verdict,
  runs: readonly CaseVerdict[],
): 'met' | 'broken' | 'undecided' {
  if (expectation.kind === 'verdict' || runs.length === 0) {
    return expectedVerdicts(expectation).includes(verdict) ? 'met' : 'broken';
  }
  const checks = expectation.requirements.map((requirement) => checkRequirement(requirement, runs));
  if (checks.includes('broken')) return 'broken';
  return checks.includes('undecided') ? 'undecided' : 'met';
}

function checkRequirement(requirement: Requirement, runs: readonly CaseVerdict[]) {
  const { cases } = requirement;
  const concerned = runs.filter(({ testCase }) => cases === undefined || cases.matches(testCase));
  if (concerned.length === 0) return 'met';
  if (!concerned.every(({ verdict }) => requirement.permitted.includes(verdict))) return 'broken';
  const shown = concerned.some(({ verdict }) => requirement.required.includes(verdict));
  return shown ? 'met' : 'undecided';
}
