import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFailure } from '../database/database-failure.js';

const PAUSE_MS = 500;

/** Tries again for some time while the database cannot be reached: for what may happen twice. */
export async function patiently<T>(work: () => Promise<T>, timeMs: number): Promise<T> {
  const until = performance.now() + timeMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (databaseFailure(error) !== 'unavailable' || performance.now() > until) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
