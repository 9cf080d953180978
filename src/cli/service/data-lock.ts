import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { MachineLock } from '../engine/machine-lock.js';

/**
 * One process at a time has the database of a data directory in its hands. The kernel frees the lock
 * when its owner dies.
 * @returns undefined when another has it.
 */
export async function lockData(dataDirectory: string): Promise<MachineLock | undefined> {
  const real = await realpath(dataDirectory);
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 16);
  return MachineLock.tryAcquire(`data:${hash}`);
}
