import { ALL_CASES } from './cases/all-cases.js';
import { labelOf, type HostileCase } from './hostile-case.js';
import type { Suite } from './suite.js';
import { WELL_BEHAVED } from './well-behaved.js';

export interface SoakOptions {
  readonly suite: Suite;
  readonly executions: number;
  /** The same seed gives the same order. */
  readonly seed: number;
  readonly onExecution?: (done: number, label: string) => void;
  readonly signal?: AbortSignal;
}

/** Of all executions. */
const HOSTILE_FRACTION = 0.3;

/**
 * Judges honest and hostile programs in random order, one after the other on the same slots, and
 * then looks at what has grown.
 * @returns what does not hold, in words.
 */
export async function soak(options: SoakOptions): Promise<readonly string[]> {
  const { suite, executions, seed, onExecution, signal } = options;
  const random = randomFrom(seed);
  const hostile = ALL_CASES.filter(({ quick }) => quick === true);
  const problems: string[] = [];
  for (let done = 0; done < executions; done += 1) {
    signal?.throwIfAborted();
    const next = pick(random() < HOSTILE_FRACTION ? hostile : WELL_BEHAVED, random);
    const label = labelOf(next);
    for (const problem of await suite.judge(next, signal)) {
      problems.push(`${done + 1}. ${label}: ${problem}`);
    }
    onExecution?.(done + 1, label);
  }
  return [...problems, ...(await suite.leftovers())];
}

function pick(cases: readonly HostileCase[], random: () => number): HostileCase {
  const chosen = cases[Math.floor(random() * cases.length)];
  if (chosen === undefined) throw new Error('there is no case to choose');
  return chosen;
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
