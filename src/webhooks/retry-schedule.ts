const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Between one attempt of a delivery and the next: a day in all. */
const PAUSES_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  1 * HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  8 * HOUR_MS,
];

/** After the last the delivery is dead. */
export const MAX_ATTEMPTS = PAUSES_MS.length + 1;

/** Failures in a row, of whatever deliveries, after which a webhook counts as down. */
export const FAILURES_UNTIL_DOWN = 5;

const FIRST_PROBE_MS = 15 * SECOND_MS;
const LONGEST_PROBE_MS = 5 * MINUTE_MS;
/** So much of a pause is chance, so that those who failed together do not come back together. */
const JITTER = 0.2;

/** After the n-th attempt, from 1. `retryAfterMs`: what the target asks for. */
export function pauseBeforeRetryMs(
  attempt: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number {
  const pauseMs = PAUSES_MS[attempt - 1] ?? PAUSES_MS.at(-1) ?? HOUR_MS;
  return Math.max(jittered(pauseMs, random), retryAfterMs);
}

/** While a webhook is down one delivery at a time tries whether it still is. */
export function pauseBeforeProbeMs(failures: number, random: () => number = Math.random): number {
  const pauseMs = FIRST_PROBE_MS * 2 ** Math.min(failures - FAILURES_UNTIL_DOWN, 30);
  return jittered(Math.min(pauseMs, LONGEST_PROBE_MS), random);
}

function jittered(pauseMs: number, random: () => number): number {
  return Math.round(pauseMs * (1 - JITTER + 2 * JITTER * random()));
}
