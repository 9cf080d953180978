import type { Run } from '../judging/run.js';

/** All that an owner is told instead of how judging failed. */
export const PENDING_REVIEW =
  'the judging failed on our side: it is looked into, and not held against you';

/**
 * A run as the submission's owner may see it: nothing that names or holds a secret case, nothing the
 * validator says to staff, nothing of what went wrong on our side.
 */
export type OwnerRun = Omit<Run, 'testCase' | 'feedback' | 'sample'> & {
  /** Of samples alone. */
  readonly testCase?: string;
  readonly teamMessage?: string;
  readonly sample?: Run['sample'];
};

/** Takes what may be seen, one by one: what is added to `Run` stays hidden until it is added here. */
export function ownerRun(run: Run): OwnerRun {
  const { ordinal, visibility, verdict, rule, cpuTimeMs, wallTimeMs, memoryBytes } = run;
  const { end, attempts, feedback, testCase, sample } = run;
  const failed = verdict === 'JE';
  return {
    ordinal,
    visibility,
    verdict,
    rule,
    reason: failed ? PENDING_REVIEW : run.reason,
    cpuTimeMs,
    wallTimeMs,
    memoryBytes,
    ...(end === undefined ? {} : { end }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(feedback?.teamMessage === undefined || failed ? {} : { teamMessage: feedback.teamMessage }),
    ...(visibility === 'sample' ? { testCase, ...(sample === undefined ? {} : { sample }) } : {}),
  };
}
