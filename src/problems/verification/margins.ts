import { formatBytes, formatSeconds } from '../../judging/reason.js';
import type { TimeLimit } from '../time-limit.js';
import type { ExampleDetail, VerificationResult } from './verification-result.js';

type Finding = Pick<VerificationResult, 'ok' | 'detail'>;

/** An accepted submission as it was judged. */
export interface Measured {
  readonly path: string;
  readonly detail: ExampleDetail;
}

/**
 * Is there room between the slowest accepted submission and the time limit? Each is measured against
 * the limit of its own language. Multipliers that the package states bind; the format's are advice.
 */
export function acceptedMargin(accepted: readonly Measured[], timeLimit: TimeLimit): Finding {
  const { acceptedMultiplier, binding } = timeLimit.rule;
  // A limit that was computed has its margin by construction.
  const slow =
    timeLimit.kind === 'computed'
      ? []
      : accepted.filter(({ detail }) => detail.timeMs * acceptedMultiplier > detail.timeLimitMs);
  const notes = slow.map(({ path, detail }) => {
    const times = (detail.timeLimitMs / detail.timeMs).toFixed(2);
    const taken = `${formatSeconds(detail.timeMs)} of ${formatSeconds(detail.timeLimitMs)}`;
    return `${path} takes ${taken}: the limit is ${times} times that, not ${acceptedMultiplier} times`;
  });
  return check(notes, binding);
}

/** Did a submission that must be too slow stay so under a limit that is larger by the margin? */
export function tooSlowMargin(stillTooSlow: boolean, { rule }: TimeLimit): Finding {
  const notes = stillTooSlow
    ? []
    : [`is accepted when it is given ${rule.tooSlowMultiplier} times the time limit`];
  return check(notes, rule.binding);
}

/** Beyond this part of the limit another compiler or a larger stack may be too much. */
const MEMORY_FRACTION = 0.9;

export function memoryMargin(accepted: readonly Measured[]): Finding {
  const notes = accepted
    .filter(({ detail }) => detail.memoryBytes > detail.memoryLimitBytes * MEMORY_FRACTION)
    .map(({ path, detail }) => {
      const limit = formatBytes(detail.memoryLimitBytes);
      return `${path} takes ${formatBytes(detail.memoryBytes)} of ${limit}`;
    });
  return check(notes, false);
}

function check(notes: readonly string[], binding: boolean): Finding {
  return { ok: notes.length === 0 || !binding, detail: { kind: 'check', notes } };
}
