import { SECTIONS } from '../../selftest/cases/all-cases.js';
import { labelOf } from '../../selftest/hostile-case.js';
import { NINE_TENTHS, tryBesideBadNeighbours } from '../../selftest/neighbours.js';
import { soak } from '../../selftest/soak.js';
import type { SuiteDriver } from '../../selftest/suite-driver.js';
import { Suite } from '../../selftest/suite.js';
import type { CliContext } from '../context.js';
import { openSuiteDriver } from '../suite-driver.js';

export interface SelftestOptions {
  /** Everything, not the subset that takes a minute or two. */
  readonly all: boolean;
  /** Instead of the cases: so many executions in random order. */
  readonly soak?: number;
  readonly seed: number;
  readonly json: boolean;
}

interface Tried {
  readonly section: string;
  readonly label: string;
  /** Empty: it held. */
  readonly problems: readonly string[];
}

/**
 * Judges programs that try to break out, on this machine, and says what was tried and what held.
 * @returns the exit code: 1 when something did not hold.
 */
export async function selftest(options: SelftestOptions, context: CliContext): Promise<number> {
  const { progress, paint } = context;
  const tried: Tried[] = [];
  const tell = (one: Tried): void => {
    tried.push(one);
    if (options.json) {
      progress.print(JSON.stringify({ ...one, held: one.problems.length === 0 }));
      return;
    }
    const mark = one.problems.length === 0 ? paint('green', '✓') : paint('red', '✗');
    progress.print(`${mark} ${one.label}`);
    for (const problem of one.problems) progress.print(`    ${problem}`);
  };
  if (options.soak === undefined) await tryCases(options, context, tell);
  else await trySoak(options.soak, options.seed, context, tell);
  progress.end();
  const failed = tried.filter(({ problems }) => problems.length > 0).length;
  if (!options.json) progress.print(`${tried.length - failed} held, ${failed} did not`);
  return failed === 0 ? 0 : 1;
}

async function tryCases(
  { all }: SelftestOptions,
  context: CliContext,
  tell: (tried: Tried) => void,
): Promise<void> {
  const { progress, signal } = context;
  await withSuite(context, async (suite) => {
    for (const [section, cases] of Object.entries(SECTIONS)) {
      for (const hostile of cases.filter(({ quick }) => all || quick === true)) {
        signal.throwIfAborted();
        progress.step(labelOf(hostile));
        const problems = await suite.try(hostile, signal);
        tell({ section, label: labelOf(hostile), problems });
      }
    }
  });
  if (!all) return;
  await using driver = await openSuiteDriver(context, { slots: 2 });
  progress.step(labelOf(NINE_TENTHS));
  const problems = await tryBesideBadNeighbours(driver);
  tell({ section: 'CPU and clocks', label: labelOf(NINE_TENTHS), problems });
}

async function trySoak(
  executions: number,
  seed: number,
  context: CliContext,
  tell: (tried: Tried) => void,
): Promise<void> {
  const { progress, signal } = context;
  await withSuite(context, async (suite) => {
    progress.step(`${executions} executions in random order, seed ${seed}`);
    const onExecution = (done: number, label: string): void =>
      progress.detail(`${done} of ${executions}, ${label}`);
    const problems = await soak({ suite, executions, seed, onExecution, signal });
    tell({ section: 'soak', label: `soak of ${executions}, seed ${seed}`, problems });
  });
}

async function withSuite(context: CliContext, use: (suite: Suite) => Promise<void>): Promise<void> {
  let closed: SuiteDriver;
  {
    context.progress.step('preparing the self-test');
    await using driver = await openSuiteDriver(context);
    await using suite = await Suite.open(driver);
    closed = driver;
    await use(suite);
  }
  const left = await closed.containers();
  if (left.length > 0) throw new Error(`containers are left: ${left.join(', ')}`);
}
