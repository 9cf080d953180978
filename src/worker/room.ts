import type { Lane } from '../database/schema.js';
import type { Lease } from '../queue/queue.js';

/** Nobody looks at a page for these to end. */
const BACKGROUND: readonly Lane[] = ['verification', 'rejudge'];

export function isBackground({ lane }: Pick<Lease, 'lane'>): boolean {
  return BACKGROUND.includes(lane);
}

/**
 * Its last attempt may have taken a worker down, or been beside the one that did: worked on alone, it
 * shows which. In the background it would keep people waiting; whom it takes down is alone next time.
 */
export function isSuspect(lease: Pick<Lease, 'lane' | 'attempt'>): boolean {
  return lease.attempt > 1 && !isBackground(lease);
}

/**
 * Which lanes a worker may take a job of, beside those that it has: one for each slot, and one
 * verification, whose executions take turns with theirs. One slot is kept free of rejudgings; where
 * there is only one, they give way.
 * @returns undefined: it has enough.
 */
export function roomFor(
  held: readonly Pick<Lease, 'lane' | 'attempt'>[],
  slots: number,
): { readonly lastLane?: Lane } | undefined {
  const countOf = (lane: Lane): number => held.filter((lease) => lease.lane === lane).length;
  const isVerifying = countOf('verification') > 0;
  const isFull = held.length - countOf('verification') >= slots;
  if (isFull || held.some(isSuspect)) return undefined;
  if (isVerifying) return { lastLane: 'practice' };
  return slots > 1 && countOf('rejudge') >= slots - 1 ? { lastLane: 'verification' } : {};
}
