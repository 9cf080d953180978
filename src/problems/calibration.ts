import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import type { Problem } from '../judging/problem.js';
import type { Verdict } from '../judging/verdict.js';
import type { ExampleSubmission } from './example-submission.js';
import type { ProblemPackage } from './problem-package.js';
import { computeTimeLimit, type TimeLimit, type TimeLimitRule } from './time-limit.js';

/** How the time limit of a package was found. */
export interface Calibration {
  readonly cpuTimeLimitMs: number;
  readonly slowestMs: number;
  /** Path of the submission that took the longest. */
  readonly slowest: string;
}

/** Judges every case of a submission under the provisional time limit. */
export type JudgeExample = (
  example: ExampleSubmission,
  problem: Problem,
) => Promise<MeasuredExample>;

export interface MeasuredExample {
  readonly verdict: Verdict;
  readonly slowestCpuTimeMs: number;
  /** Of a JE: whose it is. */
  readonly fault?: 'sandbox' | 'problem';
  readonly reason?: string;
}

/**
 * The limits of these packages are made with fast languages in mind; contest systems run Python
 * with a compiler. What CPython needs says nothing where any of these is there.
 */
const FAST_EXTENSIONS = new Set(['c', 'cc', 'cpp', 'cs', 'd', 'go', 'java', 'kt', 'rs', 'scala']);

/** The time limit of a package in milliseconds of CPU: stated, remembered, or found by judging. */
export async function findTimeLimit(
  problemPackage: ProblemPackage,
  dataDirectory: string,
  judge: JudgeExample,
): Promise<number> {
  const { timeLimit } = problemPackage;
  if (timeLimit.kind === 'stated') return timeLimit.cpuTimeMs;
  return (await calibrate(problemPackage, timeLimit, dataDirectory, judge)).cpuTimeLimitMs;
}

/** Judges once for each content of a package; the result lies in `<dataDirectory>/calibrations`. */
export async function calibrate(
  { problem, exampleSubmissions, packageHash }: ProblemPackage,
  { rule }: Extract<TimeLimit, { kind: 'computed' }>,
  dataDirectory: string,
  judge: JudgeExample,
): Promise<Calibration> {
  const directory = join(dataDirectory, 'calibrations');
  const file = join(directory, `${packageHash}.json`);
  const known = await readCalibration(file, rule);
  if (known !== undefined) return known;
  const calibration = await measure(problem, exampleSubmissions, rule, judge);
  await mkdir(directory, { recursive: true });
  await writeWhole(file, JSON.stringify(calibration));
  return calibration;
}

/** The submissions that bound the limit from below: those in fast languages where there are any. */
export function timingSubmissions(
  examples: readonly ExampleSubmission[],
): readonly ExampleSubmission[] {
  const lower = examples.filter(({ useForTimeLimit }) => useForTimeLimit === 'lower');
  const fast = lower.filter(({ language }) => isFast(language));
  return fast.length > 0 ? fast : lower;
}

function isFast(language: Language): boolean {
  return language.extensions.some((extension) => FAST_EXTENSIONS.has(extension));
}

async function measure(
  problem: Problem,
  examples: readonly ExampleSubmission[],
  rule: TimeLimitRule,
  judge: JudgeExample,
): Promise<Calibration> {
  const outcomes: string[] = [];
  let slowest: { path: string; cpuTimeMs: number } | undefined;
  for (const example of timingSubmissions(examples)) {
    const measured = await judge(example, problem);
    const { verdict, slowestCpuTimeMs } = measured;
    if (verdict === 'JE') throw notJudged(example, measured);
    // The time of a submission that does something else than it should says nothing.
    if (!example.expected.includes(verdict)) {
      outcomes.push(`${example.path} got ${verdict}`);
    } else if (slowest === undefined || slowestCpuTimeMs > slowest.cpuTimeMs) {
      slowest = { path: example.path, cpuTimeMs: slowestCpuTimeMs };
    }
  }
  if (slowest === undefined) {
    const why = outcomes.length === 0 ? 'there is no accepted submission' : outcomes.join(', ');
    throw new JudgeError(
      'bad-package',
      `submissions/accepted: no time limit is stated, and none can be computed: ${why}`,
    );
  }
  return {
    cpuTimeLimitMs: computeTimeLimit(slowest.cpuTimeMs, rule),
    slowestMs: slowest.cpuTimeMs,
    slowest: slowest.path,
  };
}

/** Leaving out what could not be judged would give a limit that is too small, and keep it. */
function notJudged({ path }: ExampleSubmission, { fault, reason }: MeasuredExample): JudgeError {
  return new JudgeError(
    fault === 'problem' ? 'bad-package' : 'sandbox-failed',
    `submissions/${path}: could not be judged to find the time limit${reason ? `: ${reason}` : ''}`,
  );
}

/** A file that is not what was written is no reason to fail: it is measured again. */
async function readCalibration(
  file: string,
  rule: TimeLimitRule,
): Promise<Calibration | undefined> {
  let content: Partial<Calibration> | null;
  try {
    content = JSON.parse(await readFile(file, 'utf8')) as Partial<Calibration> | null;
  } catch {
    return undefined;
  }
  if (content === null) return undefined;
  const { cpuTimeLimitMs, slowestMs, slowest } = content;
  const sound =
    typeof slowestMs === 'number' &&
    Number.isFinite(slowestMs) &&
    typeof slowest === 'string' &&
    cpuTimeLimitMs === computeTimeLimit(slowestMs, rule);
  return sound ? { cpuTimeLimitMs, slowestMs, slowest } : undefined;
}

async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
