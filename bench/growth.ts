/**
 * How long from a submission to its verdict, as the cases become more?
 *
 *     bench/run growth [--cases 1,10,50,200] [--rounds 3] [--drivers native,docker]
 *                      [--languages cpp20,python3,java] [--plot]
 *
 * An accepted submission, never the same twice, on one slot, compiling included. Each round judges
 * once for each driver, language and number of cases; medians of the rounds. With --plot the picture
 * in docs/ is drawn again.
 */
import { writePlot } from './plot/write-plot.js';
import { openEngines } from './setup/engine.js';
import { describeMachine } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { median, timed } from './setup/statistics.js';
import { judgeSum, sumProblem, sumSubmission } from './setup/sum-problem.js';
import { table } from './setup/table.js';

const MS_PER_S = 1000;

const options = readOptions({
  cases: [1, 10, 50, 200],
  rounds: 3,
  drivers: ['native', 'docker'],
  languages: ['cpp20', 'python3', 'java'],
  plot: false,
});
const { rounds, languages } = options;
const problems = options.cases.map((cases) => sumProblem(cases));

await using opened = await openEngines(driversFrom(options.drivers), { languages });
const machine = await describeMachine();

const lines = opened.engines.flatMap((engine) =>
  languages.map((id) => ({
    engine,
    language: engine.language(id),
    colour: languages.indexOf(id),
    ms: problems.map((): number[] => []),
  })),
);
for (const { engine, language } of lines) {
  await judgeSum(sumSubmission(language), sumProblem(1), engine.ports);
}
for (let round = 0; round < rounds; round += 1) {
  for (const [size, problem] of problems.entries()) {
    for (const { engine, language, ms } of lines) {
      const submission = sumSubmission(language);
      ms[size]?.push(await timed(() => judgeSum(submission, problem, engine.ports)));
    }
  }
}

const secondsOf = (ms: readonly (readonly number[])[]): readonly number[] =>
  ms.map((each) => median(each) / MS_PER_S);
const note = `${machine}; medians, rounds: ${rounds}, one slot`;
console.log(note);
console.log(
  table([
    ['seconds for so many cases', ...options.cases.map(String)],
    ...lines.map(({ engine, language, ms }) => [
      `${language.name}, ${engine.driver}`,
      ...secondsOf(ms).map((seconds) => seconds.toFixed(2)),
    ]),
  ]),
);
if (options.plot) {
  await writePlot('growth', {
    title: 'From a submission to its verdict',
    note,
    x: { label: 'test cases', scale: 'log' },
    y: { label: 'seconds', scale: 'log' },
    series: lines.map(({ engine, language, colour, ms }) => ({
      label: `${language.name.split(' ')[0] ?? ''}, ${engine.driver}`,
      colour,
      dashed: engine.driver === 'docker',
      points: secondsOf(ms).map((y, size) => ({ x: options.cases[size] ?? NaN, y })),
    })),
  });
}
