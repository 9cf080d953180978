/**
 * What does judging a whole submission cost, compiling included?
 *
 *     bench/run submission [CASES]
 *
 * A C++ program that includes bits/stdc++.h, on CASES trivial cases (default 50), against a plain
 * loop over the raw Docker API of as many containers, which compiles nothing. The two take turns in
 * one run; the ratio is what counts.
 */
import { resolve } from 'node:path';
import { loadConfig } from '../src/config/load-config.js';
import { sourceOf } from '../src/judging/bytes.js';
import { sandboxCompiler } from '../src/judging/compile-program.js';
import { DEFAULT_COMPARISON } from '../src/judging/comparison/comparison-options.js';
import { judgeSubmission } from '../src/judging/judge-submission.js';
import type { Problem, TestCase } from '../src/judging/problem.js';
import { readLanguages } from '../src/languages/read-languages.js';
import { BlobArtifactStore } from '../src/sandbox/artifact-store.js';
import { FileScratch } from '../src/sandbox/scratch.js';
import { openDocker, plainLoop, sum, timed } from './docker-setup.js';

const TURNS = 3;
const cases = Number(process.argv[2] ?? 50);

const config = loadConfig(resolve('judge.config.yaml'));
const language = readLanguages(config.languages, config.file).find(({ id }) => id === 'cpp20');
if (language === undefined) throw new Error('the configuration has no cpp20');

const SOURCE = `#include <bits/stdc++.h>
int main() { long a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }
`;
const submission = {
  language,
  files: [{ name: 'sum.cpp', executable: false, content: sourceOf(Buffer.from(SOURCE)) }],
};
const problem: Problem = {
  id: 'sum',
  name: 'Sum',
  limits: { ...config.limits, cpuTimeMs: 1000 },
  testCases: Array.from({ length: cases }, (_, index) => sumCase(index)),
  validator: { kind: 'default' },
  includes: {},
};

await using setup = await openDocker('gcc');
const { sandbox, blobs } = setup;
await using scratch = await FileScratch.open(resolve('.minos/bench-scratch'));
const compiler = sandboxCompiler(sandbox, new BlobArtifactStore(blobs));

const minosMs: number[] = [];
const plainMs: number[] = [];
for (let turn = 0; turn < TURNS; turn += 1) {
  plainMs.push(await timed(() => plainLoop(setup, ['/bin/true'], cases)));
  minosMs.push(await timed(judgeOnce));
}
console.log(`submission of ${cases} cases: ${(sum(minosMs) / TURNS).toFixed(0)} ms`);
console.log(`plain loop of ${cases} containers: ${(sum(plainMs) / TURNS).toFixed(0)} ms`);
console.log(`ratio: ${(sum(minosMs) / sum(plainMs)).toFixed(2)} over ${TURNS} turns`);

async function judgeOnce(): Promise<void> {
  const ports = { sandbox, compiler, scratch };
  for await (const event of judgeSubmission({ problem, submission, mode: 'lazy' }, ports)) {
    if (event.type === 'finished' && event.verdict !== 'AC') throw new Error(event.reason);
  }
}

function sumCase(index: number): TestCase {
  return {
    name: `secret/${index}`,
    visibility: 'secret',
    input: sourceOf(Buffer.from(`${index} 1\n`)),
    answer: sourceOf(Buffer.from(`${index + 1}\n`)),
    contentId: String(index),
    programArguments: [],
    validatorArguments: [],
    comparison: DEFAULT_COMPARISON,
    files: [],
  };
}
