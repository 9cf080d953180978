import type { Check, ObservedExecution } from './hostile-case.js';
import { runsOf, validationsOf, excerpt } from './checks.js';

/**
 * What a probe tried, what has to come of it, and why. Any of several outcomes may be written with
 * `|`: kernels and layers refuse with different numbers.
 */
export type ProbeRow = readonly [attempt: string, outcome: string, why: string];

/** Every attempt of the table was made and ended as it says, and none that the table does not know. */
export function rows(table: readonly ProbeRow[]): Check {
  return (seen) => compare(table, runsOf(seen).map(textOf));
}

/** The same of the validator's stderr. */
export function validatorRows(table: readonly ProbeRow[]): Check {
  return (seen) => compare(table, validationsOf(seen).map(textOf));
}

function textOf({ stderr }: ObservedExecution): string {
  return stderr.toString();
}

function compare(table: readonly ProbeRow[], outputs: readonly string[]): string | undefined {
  const expected = new Map(table.map(([attempt, outcome]) => [attempt, outcome.split('|')]));
  const problems = outputs.flatMap((output) => wrongRows(expected, output));
  return problems.length === 0 ? undefined : [...new Set(problems)].join('; ');
}

function wrongRows(
  expected: ReadonlyMap<string, readonly string[]>,
  output: string,
): readonly string[] {
  const missing = new Set(expected.keys());
  const problems: string[] = [];
  for (const line of output.split('\n').filter((each) => each !== '')) {
    const at = line.lastIndexOf(': ');
    const attempt = line.slice(0, at);
    const outcome = line.slice(at + 2);
    const allowed = expected.get(attempt);
    missing.delete(attempt);
    if (allowed === undefined) problems.push(`not in the table: ${excerpt(line)}`);
    else if (!allowed.includes(outcome)) {
      problems.push(`${attempt} is ${excerpt(outcome)}, not ${allowed.join(' or ')}`);
    }
  }
  return [...problems, ...[...missing].map((attempt) => `${attempt} was not tried`)];
}

/** Rows that share outcome and reason. */
export function all(
  attempts: readonly string[],
  outcome: string,
  why: string,
): readonly ProbeRow[] {
  return attempts.map((attempt) => [attempt, outcome, why]);
}
