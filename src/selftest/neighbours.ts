import type { HostileCase } from './hostile-case.js';
import { HostileProblems } from './hostile-problem.js';
import { judgedProperly } from './invariant.js';
import { NarrowSandbox } from './narrow-sandbox.js';
import { observe } from './suite.js';
import type { SuiteDriver } from './suite-driver.js';

const REPEATS = 20;

/** 0.9 of the time limit, again and again. */
export const NINE_TENTHS: HostileCase = {
  number: 22,
  title:
    'a program of 0.9 of the time limit is accepted 20 times of 20, whatever the neighbours do',
  language: 'c',
  source: '22-nine-tenths.c',
  expected: ['AC'],
  tests: Array.from({ length: REPEATS }, (_, index) => ({ input: `${index}\n` })),
};

const BAD_NEIGHBOURS: readonly HostileCase[] = [
  {
    number: 22,
    title: 'misses every cache and writes as fast as it can',
    language: 'c',
    source: '22-thrasher.c',
    expected: ['TLE'],
  },
  {
    number: 22,
    title: 'forks without end',
    language: 'c',
    source: '01-fork-bomb.c',
    expected: ['TLE', 'RTE'],
  },
];

/**
 * Judges beside neighbours that take all they can. The driver needs two slots.
 * @returns what does not hold, in words.
 */
export async function tryBesideBadNeighbours(
  driver: SuiteDriver,
  hostile: HostileCase = NINE_TENTHS,
): Promise<readonly string[]> {
  const problems = new HostileProblems((id) => driver.language(id));
  const ports = { ...driver.ports, sandbox: new NarrowSandbox(driver.ports.sandbox) };
  const end = new AbortController();
  const neighbours = (async () => {
    const found: string[] = [];
    for (let turn = 0; !end.signal.aborted; turn += 1) {
      const neighbour = BAD_NEIGHBOURS[turn % BAD_NEIGHBOURS.length] ?? hostile;
      const seen = await observe(await problems.job(neighbour, ''), ports);
      found.push(...judgedProperly(neighbour, seen));
    }
    return found;
  })();
  try {
    const seen = await observe(await problems.job(hostile, ''), ports);
    return judgedProperly(hostile, seen);
  } finally {
    end.abort();
    await neighbours.catch(() => undefined);
  }
}
