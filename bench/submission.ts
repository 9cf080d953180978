/**
 * What does judging a whole submission cost, compiling included?
 *
 *     bench/run submission [--cases 50] [--rounds 3] [--drivers native,docker]
 *
 * A C++ program that includes bits/stdc++.h, from its submission to its verdict, against
 *
 * - a plain loop over the raw Docker API of as many containers, which compiles nothing;
 * - what a judge takes that compiles with plain g++, and has a container reused for 5 ms a case.
 *
 * All take turns in one run; the ratios are what counts.
 */
import { openEngines, type BenchEngine } from './setup/engine.js';
import { benchLimits } from './setup/limits.js';
import { describeMachine } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { openPlainLoop } from './setup/plain-loop.js';
import { median, timed } from './setup/statistics.js';
import { judgeSum, sumProblem, sumSubmission } from './setup/sum-problem.js';
import { table } from './setup/table.js';
import { compileLimits } from '../src/judging/limits.js';

const LANGUAGE = 'cpp20';
const REUSED_CONTAINER_MS = 5;
const PLAIN_COMPILE = ['/usr/bin/g++', '-std=gnu++20', '-O2', '-o', 'main', '{sources}'];

const options = readOptions({ cases: 50, rounds: 3, drivers: ['native', 'docker'] });
const { cases, rounds } = options;
const problem = sumProblem(cases);

await using opened = await openEngines(driversFrom(options.drivers), { languages: [LANGUAGE] });
const { engines } = opened;
const [first] = engines;
if (first === undefined) throw new Error('no driver, no bench');
const plainLoop = await openPlainLoop(first.language(LANGUAGE).toolchain);

const machine = await describeMachine();
// The first of everything starts launchers and fills caches.
for (const engine of engines) await judge(engine);
await compilePlainly(first);

const loopMs: number[] = [];
const compileMs: number[] = [];
const judgedMs = engines.map((): number[] => []);
for (let round = 0; round < rounds; round += 1) {
  loopMs.push(await timed(() => plainLoop(['/bin/true'], cases)));
  compileMs.push(await timed(() => compilePlainly(first)));
  for (const [index, engine] of engines.entries()) {
    judgedMs[index]?.push(await timed(() => judge(engine)));
  }
}

const loop = median(loopMs);
const reused = median(compileMs) + cases * REUSED_CONTAINER_MS;
console.log(`${machine}; C++, ${cases} cases, medians, rounds: ${rounds}`);
console.log(
  table([
    ['', 'ms', 'to the plain loop', `to plain g++ and ${REUSED_CONTAINER_MS} ms a case`],
    ['plain loop, nothing compiled', loop.toFixed(0), '1', (loop / reused).toFixed(2)],
    ['plain g++ alone', median(compileMs).toFixed(0), '', ''],
    ['plain g++ and a reused container', reused.toFixed(0), (reused / loop).toFixed(3), '1'],
    ...engines.map(({ driver }, index) => {
      const ms = median(judgedMs[index] ?? []);
      return [`${driver} driver`, ms.toFixed(0), (ms / loop).toFixed(3), (ms / reused).toFixed(2)];
    }),
  ]),
);

async function judge({ ports, language }: BenchEngine): Promise<void> {
  await judgeSum(sumSubmission(language(LANGUAGE)), problem, ports);
}

/** Without the precompiled header and the linker of the image. */
async function compilePlainly({ ports, language }: BenchEngine): Promise<void> {
  const submission = sumSubmission({ ...language(LANGUAGE), compile: PLAIN_COMPILE });
  const compilation = await ports.compiler.compile(submission, compileLimits(benchLimits()));
  if (compilation.kind === 'failed') throw new Error(compilation.log);
}
