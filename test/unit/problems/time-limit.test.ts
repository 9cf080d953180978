import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeTimeLimit, separates } from '../../../src/problems/time-limit.js';

const LEGACY = {
  acceptedMultiplier: 5,
  tooSlowMultiplier: 2,
  resolutionMs: 1000,
  binding: false,
};

describe('a computed time limit', () => {
  it.each([
    [0, LEGACY, 1000],
    [200, LEGACY, 1000],
    [201, LEGACY, 2000],
    [1234, LEGACY, 7000],
    [500, { ...LEGACY, acceptedMultiplier: 2 }, 1000],
    [10_000, { ...LEGACY, acceptedMultiplier: 1.1 }, 11_000],
    [30, { ...LEGACY, acceptedMultiplier: 2, resolutionMs: 100 }, 100],
    [51, { ...LEGACY, acceptedMultiplier: 2, resolutionMs: 100 }, 200],
  ])('of %i ms under %o is %i ms', (slowestMs, rule, limitMs) => {
    expect(computeTimeLimit(slowestMs, rule)).toBe(limitMs);
  });

  it('is the smallest positive multiple that gives the slowest its margin', () => {
    const rules = fc.record({
      acceptedMultiplier: fc.double({ min: 1, max: 20, noNaN: true }),
      tooSlowMultiplier: fc.constant(2),
      resolutionMs: fc.integer({ min: 1, max: 10_000 }),
      binding: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), rules, (slowestMs, rule) => {
        const limitMs = computeTimeLimit(slowestMs, rule);
        const neededMs = slowestMs * rule.acceptedMultiplier;
        const tolerance = 1e-6 * rule.resolutionMs;
        expect(limitMs % rule.resolutionMs).toBe(0);
        expect(limitMs).toBeGreaterThanOrEqual(Math.max(rule.resolutionMs, neededMs) - tolerance);
        expect(limitMs - rule.resolutionMs).toBeLessThan(Math.max(1, neededMs));
      }),
    );
  });

  it('separates what is too slow by the margin only', () => {
    expect(separates(1000, 2000, LEGACY)).toBe(true);
    expect(separates(1000, 1999, LEGACY)).toBe(false);
  });
});
