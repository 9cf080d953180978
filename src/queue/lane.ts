import type { Lane } from '../database/schema.js';

/** The first goes first. */
export const LANES: readonly Lane[] = ['contest', 'custom', 'practice', 'verification', 'rejudge'];

/** The n-th pending job of one submitter counts as if it had come n of these later. */
export const FAIR_SHARE_STEP_S = 60;

/** Virtual time starts here; a lane's band of priorities lasts for 27 years from it. */
const EPOCH_S = Date.UTC(2026, 0, 1) / 1000;

const LOWEST = -(2 ** 31);
const BAND = Math.floor(2 ** 32 / LANES.length);

/**
 * The queue's order as one 32-bit integer, higher first: by lane, and within a lane by virtual time,
 * which is the time of arrival plus a step for each job that the submitter has pending.
 */
export function priorityOf(lane: Lane, arrivalMs: number, pending: number): number {
  const virtualS = Math.floor(arrivalMs / 1000) - EPOCH_S + pending * FAIR_SHARE_STEP_S;
  return highestOf(lane) - Math.min(Math.max(virtualS, 0), BAND - 1);
}

/** The lowest priority that a job of the lane can have: fetching from there leaves out later lanes. */
export function lowestOf(lane: Lane): number {
  return highestOf(lane) - (BAND - 1);
}

/** The lane whose band the priority lies in. */
export function laneOf(priority: number): Lane {
  return LANES.find((lane) => priority >= lowestOf(lane)) ?? 'rejudge';
}

function highestOf(lane: Lane): number {
  return LOWEST + BAND * (LANES.length - LANES.indexOf(lane)) - 1;
}
