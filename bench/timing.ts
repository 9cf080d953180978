/**
 * How far do the times of one program differ, on an idle machine and on a loaded one?
 *
 *     bench/run timing [--repeats 30] [--drivers docker]
 *
 * A kernel of about half a second in each language, so many times by one driver: first alone, then
 * with a program on the other slot that misses every cache. Reported are ratios to the median of the
 * idle machine: what a contestant's time could be multiplied by.
 */
import { readFile } from 'node:fs/promises';
import { openEngine } from './setup/engine.js';
import { benchLimits } from './setup/limits.js';
import { describeMachine } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { compileProgram } from './setup/program.js';
import { percentile } from './setup/statistics.js';

const { repeats, drivers } = readOptions({ repeats: 30, drivers: ['docker'] });
const [driver = 'docker'] = driversFrom(drivers);
const MIB = 2 ** 20;
const NOWHERE = { stdout: { write: () => undefined }, stderr: { write: () => undefined } };

const KERNELS: Readonly<Record<string, string>> = {
  c: 'int main(void) { unsigned x = 1; for (volatile long i = 0; i < 500000000; i++) x = x * 1664525u + 7; return x == 0; }',
  cpp20:
    'int main() { unsigned x = 1; for (volatile long i = 0; i < 500000000; i = i + 1) x = x * 1664525u + 7; return x == 0; }',
  python3: 'x = 1\nfor i in range(7_500_000):\n    x = (x * 1664525 + 7) & 0xffffffff\n',
  java: 'public class Main { static volatile long kept; public static void main(String[] a) { for (long i = 0; i < 90000000L; i++) kept = i * i; } }',
  javascript:
    'let x = 1;\nfor (let i = 0; i < 320000000; i++) x = (Math.imul(x, 1664525) + 7) | 0;\nif (x === 5) console.log(x);\n',
  go: 'package main\n\nfunc main() {\n\tx := uint32(1)\n\tfor i := 0; i < 500000000; i++ {\n\t\tx = x*1664525 + 7\n\t}\n\tif x == 5 {\n\t\tprintln(x)\n\t}\n}\n',
  bash: 'for ((i = 0; i < 520000; i++)); do :; done\n',
};

const limits = { ...benchLimits(), cpuTimeMs: 10_000, memoryBytes: 128 * MIB };

await using engine = await openEngine(driver, {
  slots: 2,
  languages: Object.keys(KERNELS),
});

/** @returns one run, which resolves with its CPU time in ms. */
async function prepare(id: string, text: string): Promise<() => Promise<number>> {
  const request = await compileProgram(engine.ports, engine.language(id), text, limits);
  return async () => (await engine.ports.sandbox.execute(request, NOWHERE)).cpuTimeMs;
}

async function repeated(run: () => Promise<number>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let done = 0; done < repeats; done += 1) times.push(await run());
  return times;
}

/** Runs on the other slot until the work is done. */
async function beside<T>(thrash: () => Promise<number>, work: () => Promise<T>): Promise<T> {
  let ended = false as boolean;
  const thrashing = (async () => {
    while (!ended) await thrash();
  })();
  try {
    return await work();
  } finally {
    ended = true;
    await thrashing;
  }
}

function row(id: string, load: string, times: readonly number[], idleMs: number): string {
  const ratio = (ms: number): string => (ms / idleMs).toFixed(2).padStart(6);
  const median = percentile(times, 0.5);
  const spread = (Math.max(...times) / Math.min(...times)).toFixed(2).padStart(8);
  return `${id.padEnd(11)} ${load.padEnd(6)} ${median.toFixed(0).padStart(6)} ms ${ratio(median)} ${ratio(percentile(times, 0.95))} ${spread}`;
}

const thrasher = await prepare(
  'c',
  await readFile('selftest/programs/22-thrasher.c', 'utf8').then((text) =>
    text.replace(
      '#include "probe.h"',
      '#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stdlib.h>\n#include <unistd.h>',
    ),
  ),
);
console.log(await describeMachine());
console.log('language    load    median  /idle p95/idle max/min');
for (const [id, text] of Object.entries(KERNELS)) {
  const run = await prepare(id, text);
  const idle = await repeated(run);
  const idleMs = percentile(idle, 0.5);
  console.log(row(id, 'idle', idle, idleMs));
  console.log(row(id, 'loaded', await beside(thrasher, () => repeated(run)), idleMs));
}
