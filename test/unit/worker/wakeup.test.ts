import { describe, expect, it } from 'vitest';
import { Wakeup } from '../../../src/worker/wakeup.js';

const LONG_MS = 600_000;

describe('a wakeup', () => {
  it('ends the waiting', async () => {
    const wakeup = new Wakeup();
    const waiting = wakeup.within(LONG_MS);
    wakeup.wake();
    await waiting;
  });

  it('is kept when nobody waits, once', async () => {
    const wakeup = new Wakeup();
    wakeup.wake();
    wakeup.wake();
    await wakeup.within(LONG_MS);
    let isOver = false;
    const waiting = wakeup.within(LONG_MS).then(() => (isOver = true));
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    wakeup.wake();
    await waiting;
  });

  it('is not needed once the time is over', async () => {
    await new Wakeup().within(1);
  });
});
