import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAIR_SHARE_STEP_S, LANES, laneOf, lowestOf, priorityOf } from '../../../src/queue/lane.js';

const lanes = fc.constantFrom(...LANES);
const arrivals = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2050, 0, 1) });
const pendings = fc.integer({ min: 0, max: 500 });

describe('the order of the queue', () => {
  it('fits into 32 bits, and tells the lane', () => {
    fc.assert(
      fc.property(lanes, arrivals, pendings, (lane, arrivalMs, pending) => {
        const priority = priorityOf(lane, arrivalMs, pending);
        expect(priority | 0).toBe(priority);
        expect(laneOf(priority)).toBe(lane);
        expect(priority).toBeGreaterThanOrEqual(lowestOf(lane));
      }),
    );
  });

  it('puts every job of a lane before every job of the next, whenever they come', () => {
    fc.assert(
      fc.property(
        fc.nat(LANES.length - 2),
        arrivals,
        arrivals,
        pendings,
        (index, one, other, pending) => {
          const [lane, next] = [LANES[index]!, LANES[index + 1]!];
          expect(priorityOf(lane, one, pending)).toBeGreaterThan(priorityOf(next, other, 0));
        },
      ),
    );
  });

  it('counts the n-th pending job of somebody as if it had come n minutes later', () => {
    fc.assert(
      fc.property(lanes, arrivals, pendings, (lane, arrivalMs, pending) => {
        const later = arrivalMs + pending * FAIR_SHARE_STEP_S * 1000;
        expect(priorityOf(lane, arrivalMs, pending)).toBe(priorityOf(lane, later, 0));
      }),
    );
  });
});
