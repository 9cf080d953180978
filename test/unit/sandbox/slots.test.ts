import { describe, expect, it } from 'vitest';
import { allowedCores, parseCoreList, planSlots } from '../../../src/sandbox/slots.js';

describe('slots', () => {
  it('leave one core to everything else', () => {
    expect(planSlots({ count: 'auto', firstUid: 60_000, cores: [0, 1, 2] })).toEqual([
      { index: 0, core: 2, uid: 60_000 },
      { index: 1, core: 1, uid: 60_001 },
    ]);
  });

  it('are at least one', () => {
    expect(planSlots({ count: 'auto', firstUid: 1, cores: [5] })).toHaveLength(1);
  });

  it('never share a uid, even where they share a core', () => {
    const slots = planSlots({ count: 5, firstUid: 100, cores: [0, 1] });
    expect(new Set(slots.map(({ uid }) => uid)).size).toBe(5);
    expect(slots.map(({ core }) => core)).toEqual([1, 0, 1, 0, 1]);
  });
});

describe('the list of cores', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['1,4-5,9', [1, 4, 5, 9]],
  ])('%s is read', (list, cores) => {
    expect(parseCoreList(list)).toEqual(cores);
  });

  it('of this process is not empty', async () => {
    expect((await allowedCores()).length).toBeGreaterThan(0);
  });
});
