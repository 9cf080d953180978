import { describe, expect, it } from 'vitest';
import { estimatedWaitMs } from '../../../src/queue/throughput.js';

describe('the estimated wait', () => {
  it('is what those ahead take on all slots, and half of what is under way', () => {
    expect(estimatedWaitMs(0, { slots: 1, judgingMs: 1000 })).toBe(500);
    expect(estimatedWaitMs(9, { slots: 2, judgingMs: 1000 })).toBe(4750);
  });

  it('is not known when nobody judges, or nobody has judged of late', () => {
    expect(estimatedWaitMs(3, { slots: 0, judgingMs: 1000 })).toBeNull();
    expect(estimatedWaitMs(3, { slots: 2, judgingMs: null })).toBeNull();
  });
});
