import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../src/database/schema.js';
import { roomFor } from '../../../src/worker/room.js';

function held(...lanes: readonly Lane[]) {
  return lanes.map((lane) => ({ lane, attempt: 1 }));
}

describe('the room of a worker', () => {
  it('is one job for each slot', () => {
    expect(roomFor([], 1)).toEqual({});
    expect(roomFor(held('practice'), 1)).toBeUndefined();
    expect(roomFor(held('practice'), 2)).toEqual({});
    expect(roomFor(held('practice', 'contest'), 2)).toBeUndefined();
  });

  it('leaves one slot free of rejudgings, where there are several', () => {
    expect(roomFor(held('rejudge'), 1)).toBeUndefined();
    expect(roomFor(held('rejudge'), 2)).toEqual({ lastLane: 'verification' });
    expect(roomFor(held('rejudge'), 3)).toEqual({});
    expect(roomFor(held('rejudge', 'rejudge'), 3)).toEqual({ lastLane: 'verification' });
  });

  it('has people’s jobs beside a verification', () => {
    expect(roomFor(held('verification'), 1)).toEqual({ lastLane: 'practice' });
    expect(roomFor(held('verification', 'practice'), 1)).toBeUndefined();
  });

  it('is full with a job whose last attempt did not end', () => {
    expect(roomFor([{ lane: 'practice', attempt: 2 }], 4)).toBeUndefined();
    expect(roomFor([{ lane: 'verification', attempt: 2 }], 4)).toEqual({ lastLane: 'practice' });
  });
});
