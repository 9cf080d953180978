/**
 * Where does the time of a submission go?
 *
 *     bench/run phases [--cases 50] [--rounds 5] [--drivers native,docker] [--language cpp20]
 *
 * One accepted submission, on one slot, so that its cases follow each other. Nothing of the judge is
 * changed: `setup/phase-recorder.ts` stands between it and its ports, and at the containers. Medians
 * of the rounds.
 */
import { openEngines } from './setup/engine.js';
import { describeMachine } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { PHASES, PhaseRecorder, type Phases } from './setup/phase-recorder.js';
import { mean, median } from './setup/statistics.js';
import { judgeSum, sumProblem, sumSubmission } from './setup/sum-problem.js';
import { table } from './setup/table.js';

const options = readOptions({
  cases: 50,
  rounds: 5,
  drivers: ['native', 'docker'],
  language: 'cpp20',
});
const { cases, rounds } = options;
const problem = sumProblem(cases);

using recorder = new PhaseRecorder();
await using opened = await openEngines(driversFrom(options.drivers), {
  languages: [options.language],
});
const machine = await describeMachine();
const lines = opened.engines.map((engine) => ({ engine, phases: [] as Phases[] }));
for (let round = -1; round < rounds; round += 1) {
  for (const { engine, phases } of lines) {
    const submission = sumSubmission(engine.language(options.language));
    const recorded = await recorder.record(engine.ports, (ports) =>
      judgeSum(submission, problem, ports),
    );
    // The first starts launchers and fills caches.
    if (round >= 0) phases.push(recorded);
  }
}

console.log(`${machine}; ${options.language}, ${cases} cases, medians, rounds: ${rounds}`);
for (const { engine, phases } of lines) {
  const total = median(phases.map(({ totalMs }) => totalMs));
  const row = (name: string, ms: number, divisor: number): readonly string[] => [
    name,
    ms.toFixed(1),
    `${((100 * ms) / total).toFixed(0)} %`,
    divisor === 1 ? '' : (ms / divisor).toFixed(2),
  ];
  console.log(
    `\n${table([
      [`${engine.driver} driver`, 'ms', 'share', 'ms a case'],
      ...Object.entries(PHASES).map(([phase, meaning]) =>
        row(
          `${phase}: ${meaning}`,
          median(phases.map(({ ms }) => ms[phase as keyof typeof PHASES])),
          phase === 'compile' ? 1 : cases,
        ),
      ),
      row('from the submission to the verdict', total, cases),
    ])}`,
  );
  const makingMs = mean(phases.flatMap(({ makingMs: each }) => each));
  const compilerMs = median(phases.map(({ compilerMs: each }) => each));
  console.log(
    `Of compiling, ${compilerMs.toFixed(0)} ms were the compiler. Making a container took ` +
      `${makingMs.toFixed(1)} ms on average, mostly ahead of need.`,
  );
}
