import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../src/database/schema.js';
import type { Lease } from '../../../src/queue/queue.js';
import { LeaseLost } from '../../../src/worker/interruption.js';
import { JudgementRecorder } from '../../../src/worker/judgement-recorder.js';
import { finishedOf } from '../../fixtures/judging-rows.js';

// Real ones, of which the clock below knows nothing, otherwise.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

const LEASE: Lease = {
  kind: 'judgement',
  id: 'a',
  jobId: 'b',
  lane: 'practice',
  attempt: 1,
  token: '0',
};
const GONE = new Error('Connection terminated unexpectedly');
const HOUR_MS = 3_600_000;

/** A database that is there, or not, or there for everything but this judgement. */
class PlayedDatabase {
  isAway = true;
  isLocked = false;
  isHeld = true;
  commits = 0;

  readonly db = {
    transaction: () => ({
      execute: () => {
        if (this.isAway || this.isLocked) return Promise.reject(GONE);
        if (!this.isHeld) return Promise.reject(new LeaseLost());
        this.commits += 1;
        return Promise.resolve();
      },
    }),
  } as unknown as Kysely<Database>;

  readonly queue = {
    renew: () => (this.isAway ? Promise.reject(GONE) : Promise.resolve(this.isHeld)),
    complete: () => Promise.resolve(true),
  };

  recorder(signal: AbortSignal = new AbortController().signal): JudgementRecorder {
    return new JudgementRecorder({
      db: this.db,
      queue: this.queue,
      lease: LEASE,
      signal,
      submissionId: 'c',
      workerId: 'd',
      toolchain: {},
      keyOf: () => ({ key: 'key', taken: false }),
    });
  }
}

describe('the recorder of a judgement', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('waits for a database that is away for as long as it takes', async () => {
    const played = new PlayedDatabase();
    const recorder = played.recorder();
    recorder.add(finishedOf());
    let settled = false;
    const settling = recorder.settle().then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(settled).toBe(false);
    played.isAway = false;
    await vi.advanceTimersByTimeAsync(1000);
    await settling;
    expect(played.commits).toBe(1);
  });

  it('stores nothing when the lease was lost meanwhile', async () => {
    const played = new PlayedDatabase();
    const recorder = played.recorder();
    recorder.add(finishedOf());
    const settling = expect(recorder.settle()).rejects.toThrow(LeaseLost);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    played.isHeld = false;
    played.isAway = false;
    await vi.advanceTimersByTimeAsync(1000);
    await settling;
    expect(played.commits).toBe(0);
  });

  it('does not hold for ever what only its own rows keep from being stored', async () => {
    const played = new PlayedDatabase();
    played.isAway = false;
    played.isLocked = true;
    const recorder = played.recorder();
    recorder.add(finishedOf());
    const settling = expect(recorder.settle()).rejects.toThrow(GONE);
    await vi.advanceTimersByTimeAsync(60_000);
    await settling;
  });

  it('does not wait once the job is interrupted', async () => {
    const stop = new AbortController();
    const played = new PlayedDatabase();
    const recorder = played.recorder(stop.signal);
    recorder.add(finishedOf());
    const settling = expect(recorder.settle()).rejects.toThrow(GONE);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    stop.abort(new Error('the worker is stopping'));
    await vi.advanceTimersByTimeAsync(1000);
    await settling;
  });
});
