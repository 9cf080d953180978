/**
 * How many cases a second, with a backlog?
 *
 *     bench/run backlog [--submissions 200] [--cases 50] [--drivers native]
 *                       [--slots CORES] [--at-once SLOTS + 1]
 *
 * So many accepted C++ submissions, all of them different, each compiled and judged on so many cases.
 * There is always the next one under way, so that slots run cases while one compiles. Per driver,
 * one after the other: they would share the processors.
 */
import { availableParallelism } from 'node:os';
import { openEngine, type DriverName } from './setup/engine.js';
import { describeMachine, machineCpuMs } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { judgeSum, sumProblem, sumSubmission } from './setup/sum-problem.js';
import { table } from './setup/table.js';

const LANGUAGE = 'cpp20';
const MB = 1e6;
const LOOK_EVERY_MS = 20;

const options = readOptions({
  submissions: 200,
  cases: 50,
  drivers: ['native'],
  slots: availableParallelism(),
  'at-once': 0,
});
const { submissions, cases, slots } = options;
const atOnce = options['at-once'] || slots + 1;
const problem = sumProblem(cases);
const done = submissions * cases;

const machine = await describeMachine();
const rows: (readonly string[])[] = [];
for (const driver of driversFrom(options.drivers)) rows.push(await row(driver));
console.log(
  `${machine}; ${submissions} submissions of ${cases} cases, ${slots} slots, ${atOnce} at once`,
);
console.log(
  table([
    [
      'driver',
      'seconds',
      'cases a second',
      'worker CPU, ms a case',
      'machine CPU, ms a case',
      'resident MB, most',
    ],
    ...rows,
  ]),
);

async function row(driver: DriverName): Promise<readonly string[]> {
  await using engine = await openEngine(driver, { slots, languages: [LANGUAGE] });
  const judge = async (): Promise<void> => {
    await judgeSum(sumSubmission(engine.language(LANGUAGE)), problem, engine.ports);
  };
  await judge();
  let mostBytes = 0;
  const look = (): void => void (mostBytes = Math.max(mostBytes, process.memoryUsage.rss()));
  const looking = setInterval(look, LOOK_EVERY_MS);
  const before = { ms: performance.now(), worker: process.cpuUsage(), machineMs: machineCpuMs() };
  let left = submissions;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await judge();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - before.ms) / 1000;
  clearInterval(looking);
  const { user, system } = process.cpuUsage(before.worker);
  return [
    driver,
    seconds.toFixed(1),
    (done / seconds).toFixed(0),
    ((user + system) / 1000 / done).toFixed(2),
    ((machineCpuMs() - before.machineMs) / done).toFixed(2),
    (mostBytes / MB).toFixed(0),
  ];
}
