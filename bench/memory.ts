/**
 * Do ten thousand cases cost more, each, than ten? And does the worker grow?
 *
 *     bench/run memory [--cases 10,100,1000,10000] [--drivers native] [--rounds 1]
 *                      [--input-mib 0] [--plot]
 *
 * One accepted C++ submission for each number of cases, on one slot, in one process that judges them
 * all. The time of a case is from the end of compiling to the verdict, divided. Memory is what this
 * process has resident: the most that the kernel saw while a submission was judged, and the median of
 * looks at it. With --input-mib every case has so large an input, made as it is read. With --plot the
 * pictures in docs/ are drawn again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { writePlot } from './plot/write-plot.js';
import { openEngines, type BenchEngine } from './setup/engine.js';
import { describeMachine } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { median } from './setup/statistics.js';
import { judgeSum, sumProblem, sumSubmission } from './setup/sum-problem.js';
import { table } from './setup/table.js';

const LANGUAGE = 'cpp20';
const MIB = 2 ** 20;
const LOOK_EVERY_MS = 20;
const MAX_MB = 250;
const MB = 1e6;

interface Growth {
  readonly msPerCase: number;
  readonly residentMb: number;
  readonly mostResidentMb: number;
}

const options = readOptions({
  cases: [10, 100, 1000, 10_000],
  drivers: ['native'],
  rounds: 1,
  'input-mib': 0,
  plot: false,
});

await using opened = await openEngines(driversFrom(options.drivers), { languages: [LANGUAGE] });
const machine = await describeMachine();
const lines = opened.engines.map((engine) => ({
  engine,
  growths: options.cases.map((): Growth[] => []),
}));
for (let round = 0; round < options.rounds; round += 1) {
  for (const [size, cases] of options.cases.entries()) {
    for (const { engine, growths } of lines) growths[size]?.push(await judge(engine, cases));
  }
}

const results = lines.map(({ engine, growths }) => ({
  driver: engine.driver,
  sizes: growths.map((each) => ({
    msPerCase: median(each.map(({ msPerCase }) => msPerCase)),
    residentMb: median(each.map(({ residentMb }) => residentMb)),
    mostResidentMb: Math.max(...each.map(({ mostResidentMb }) => mostResidentMb)),
  })),
}));
const input = options['input-mib'] === 0 ? '' : `, input of ${options['input-mib']} MiB`;
const note = `${machine}; C++, one slot${input}`;
console.log(note);
console.log(
  table([
    ['driver', 'cases', 'ms per case', 'resident MB, median', 'resident MB, most'],
    ...results.flatMap(({ driver, sizes }) =>
      sizes.map((size, index) => [
        driver,
        String(options.cases[index]),
        size.msPerCase.toFixed(2),
        size.residentMb.toFixed(0),
        size.mostResidentMb.toFixed(0),
      ]),
    ),
  ]),
);
if (options.plot) await plot();

async function judge({ ports, language }: BenchEngine, cases: number): Promise<Growth> {
  const submission = sumSubmission(language(LANGUAGE));
  const looks: number[] = [];
  const look = (): void => void looks.push(process.memoryUsage.rss() / MB);
  await forgetMostResident();
  const looking = setInterval(look, LOOK_EVERY_MS);
  let compiledMs = NaN;
  try {
    await judgeSum(submission, sumProblem(cases, options['input-mib'] * MIB), ports, ({ type }) => {
      if (type === 'compiled') compiledMs = performance.now();
    });
  } finally {
    clearInterval(looking);
  }
  const msPerCase = (performance.now() - compiledMs) / cases;
  look();
  return { msPerCase, residentMb: median(looks), mostResidentMb: await mostResidentMb() };
}

/** proc_pid_clear_refs(5): "5" makes the peak start again from what is resident now. */
async function forgetMostResident(): Promise<void> {
  await writeFile('/proc/self/clear_refs', '5');
}

async function mostResidentMb(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? NaN) * (1024 / MB);
}

async function plot(): Promise<void> {
  const x = { label: 'test cases', scale: 'log' } as const;
  const seriesOf = (of: (size: Growth) => number) =>
    results.map(({ driver, sizes }, colour) => ({
      label: `${driver} driver`,
      colour,
      points: sizes.map((size, index) => ({ x: options.cases[index] ?? NaN, y: of(size) })),
    }));
  await writePlot('case-time', {
    title: 'Time of one case in a submission of so many',
    note,
    x,
    y: { label: 'milliseconds per case', scale: 'linear' },
    series: seriesOf(({ msPerCase }) => msPerCase),
  });
  await writePlot('memory', {
    title: 'Memory of the worker, at most',
    note,
    x,
    y: { label: 'resident, MB', scale: 'linear' },
    limit: { at: MAX_MB, label: `may be ${MAX_MB} MB` },
    series: seriesOf(({ mostResidentMb: most }) => most),
  });
}
