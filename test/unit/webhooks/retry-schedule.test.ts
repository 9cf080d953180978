import { describe, expect, it } from 'vitest';
import {
  FAILURES_UNTIL_DOWN,
  MAX_ATTEMPTS,
  pauseBeforeProbeMs,
  pauseBeforeRetryMs,
} from '../../../src/webhooks/retry-schedule.js';

const HOUR_MS = 3_600_000;
const middle = () => 0.5;

describe('the pauses between attempts', () => {
  const pauses = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) =>
    pauseBeforeRetryMs(index + 1, 0, middle),
  );

  it('grow, and last for a day in all', () => {
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    const totalMs = pauses.reduce((sum, pause) => sum + pause, 0);
    expect(totalMs / HOUR_MS).toBeGreaterThan(22);
    expect(totalMs / HOUR_MS).toBeLessThan(26);
  });

  it('are scattered by chance, never to nothing', () => {
    expect(pauseBeforeRetryMs(1, 0, () => 0)).toBe(4000);
    expect(pauseBeforeRetryMs(1, 0, () => 1)).toBe(6000);
  });

  it('are as long as the target asks for', () => {
    expect(pauseBeforeRetryMs(1, 90_000, middle)).toBe(90_000);
    expect(pauseBeforeRetryMs(5, 1000, middle)).toBe(pauses[4]);
  });

  it('of probes grow to some minutes, so that a target that is back is found soon', () => {
    const probes = [0, 1, 2, 10, 10_000].map((more) =>
      pauseBeforeProbeMs(FAILURES_UNTIL_DOWN + more, middle),
    );
    expect(probes).toEqual([15_000, 30_000, 60_000, 300_000, 300_000]);
  });
});
