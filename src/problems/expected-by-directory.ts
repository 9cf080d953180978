import type { Verdict } from '../judging/verdict.js';

/** What a rule says about a submission; what it leaves out is free. */
export interface SubmissionRule {
  readonly permitted?: readonly Verdict[];
  readonly required?: readonly Verdict[];
  readonly timing?: Timing;
}

/** Whether a submission bounds the time limit: from below (it must be in time), from above, or not. */
export type Timing = 'lower' | 'upper' | 'none';

/**
 * 2025-09 "Timelimit inference": what must be too slow bounds the limit from above, what may not
 * be too slow bounds it from below, unless the rule says otherwise.
 */
export function timingOf(rule: SubmissionRule): Timing {
  if (rule.timing !== undefined) return rule.timing;
  if (rule.required?.every((verdict) => verdict === 'TLE') === true) return 'upper';
  return rule.permitted?.includes('TLE') === false ? 'lower' : 'none';
}

/** The format knows four verdicts; ours that it counts among them come with them. */
export const RTE: readonly Verdict[] = ['RTE', 'MLE'];
export const WA: readonly Verdict[] = ['WA', 'OLE'];
export const ANY_CASE_VERDICT: readonly Verdict[] = ['AC', ...WA, 'TLE', ...RTE];
const NOT_ACCEPTED: readonly Verdict[] = [...WA, 'TLE', ...RTE];

const ACCEPTED: SubmissionRule = { permitted: ['AC'] };
const COMPILE_ERROR: SubmissionRule = { permitted: ['CE'], required: ['CE'], timing: 'none' };
const FREE: SubmissionRule = {};

/** 2025-09 "Default directories". */
const MODERN: Readonly<Record<string, SubmissionRule>> = {
  accepted: ACCEPTED,
  rejected: { required: NOT_ACCEPTED },
  wrong_answer: { permitted: ['AC', ...WA], required: WA },
  time_limit_exceeded: { permitted: ['AC', 'TLE'], required: ['TLE'] },
  run_time_error: { permitted: ['AC', ...RTE], required: RTE },
  brute_force: { permitted: ['AC', ...RTE, 'TLE'], required: [...RTE, 'TLE'], timing: 'none' },
};

/**
 * Legacy "Example submissions": too slow may also be wrong, what crashes may do anything else, and
 * only accepted submissions count for the time limit.
 */
const LEGACY: Readonly<Record<string, SubmissionRule>> = {
  ...MODERN,
  rejected: { required: NOT_ACCEPTED, timing: 'none' },
  wrong_answer: { permitted: ['AC', ...WA], required: WA, timing: 'none' },
  time_limit_exceeded: { permitted: ['AC', ...WA, 'TLE'], required: ['TLE'] },
  run_time_error: { required: RTE, timing: 'none' },
};

/** Directories outside the format that packages have. */
const OTHERS: Readonly<Record<string, SubmissionRule>> = {
  ac: ACCEPTED,
  compile_error: COMPILE_ERROR,
  compiler_error: COMPILE_ERROR,
  memory_limit: { required: ['MLE'], timing: 'none' },
  memory_limit_exceeded: { required: ['MLE'], timing: 'none' },
  mixed: FREE,
  mixed_verdicts: FREE,
  multiple: FREE,
  no_output: { permitted: ['AC', 'WA'], required: ['WA'], timing: 'none' },
  other: FREE,
  output_limit: { permitted: ['AC', 'OLE'], required: ['OLE'], timing: 'none' },
  output_limit_exceeded: { permitted: ['AC', 'OLE'], required: ['OLE'], timing: 'none' },
  partial: FREE,
  partially_accepted: FREE,
  run_time_exception: { required: RTE, timing: 'none' },
  runtime_error: { required: RTE, timing: 'none' },
  slow_accepted: { permitted: ['AC', 'TLE'], timing: 'none' },
  tle: { permitted: ['AC', ...WA, 'TLE'], required: ['TLE'] },
  wa: { permitted: ['AC', ...WA], required: WA, timing: 'none' },
};

/** Directories whose meaning is fixed, so that an annotation in a source does not change it. */
const OFFICIAL = new Set(['accepted', 'wrong_answer', 'time_limit_exceeded', 'run_time_error']);

export function isOfficialDirectory(directory: string): boolean {
  return OFFICIAL.has(directory);
}

/** undefined: the name says nothing. */
export function ruleOfDirectory(
  directory: string,
  version: 'legacy' | 'modern',
): SubmissionRule | undefined {
  const name = directory.toLowerCase().replaceAll('-', '_');
  const table = { ...OTHERS, ...(version === 'legacy' ? LEGACY : MODERN) };
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
