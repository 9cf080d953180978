import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFailure } from '../database/database-failure.js';

const PAUSE_MS = 500;

/**
 * Tries again while the database cannot be reached: for what may happen twice.
 * @param hurry once aborted, what fails is not tried again.
 */
export async function patiently<T>(work: () => Promise<T>, hurry: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (databaseFailure(error) !== 'unavailable' || hurry.aborted) throw error;
      await sleep(PAUSE_MS, undefined, { signal: hurry }).catch(() => undefined);
    }
  }
}
