import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchdog } from '../../../src/sandbox/watchdog.js';

describe('the watchdog', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  function watch() {
    const fired: number[] = [];
    return { fired, watchdog: new Watchdog((waitedMs) => fired.push(waitedMs)) };
  }

  it('fires once when its time is over', () => {
    const { fired, watchdog } = watch();
    watchdog.allow(100);
    vi.advanceTimersByTime(99);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(fired).toEqual([100]);
  });

  it('does not count the time in which it is paused', () => {
    const { fired, watchdog } = watch();
    watchdog.allow(100);
    vi.advanceTimersByTime(60);
    watchdog.pause();
    vi.advanceTimersByTime(1000);
    watchdog.resume();
    vi.advanceTimersByTime(39);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([100]);
  });

  it('lengthens its time on a sign of life, and never shortens it', () => {
    const { fired, watchdog } = watch();
    watchdog.allow(100);
    watchdog.allowAtLeast(10);
    vi.advanceTimersByTime(95);
    watchdog.allowAtLeast(10);
    vi.advanceTimersByTime(9);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toHaveLength(1);
  });

  it('never fires once disposed', () => {
    const { fired, watchdog } = watch();
    watchdog.allow(100);
    watchdog[Symbol.dispose]();
    vi.advanceTimersByTime(1000);
    expect(fired).toEqual([]);
  });
});
