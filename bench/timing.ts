/**
 * How far do the times of one program differ, on an idle machine and on a loaded one?
 *
 *     bench/run timing [REPEATS]
 *
 * A kernel of about half a second in each language, REPEATS times (default 30): first alone, then
 * with a program on the other slot that misses every cache. Reported are ratios to the median of the
 * idle machine: what a contestant's time could be multiplied by.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../src/config/load-config.js';
import { EMPTY_SOURCE, sourceOf, type StagedFile } from '../src/judging/bytes.js';
import { fillCommand } from '../src/judging/command.js';
import { sandboxCompiler } from '../src/judging/compile-program.js';
import type { Language } from '../src/judging/language.js';
import { compileLimits, runLimits, type ProblemLimits } from '../src/judging/limits.js';
import { readLanguages } from '../src/languages/read-languages.js';
import { BlobArtifactStore } from '../src/sandbox/artifact-store.js';
import { BlobStore } from '../src/sandbox/blob-store.js';
import { connectDocker } from '../src/sandbox/docker/docker-client.js';
import { DockerSandbox } from '../src/sandbox/docker/docker-sandbox.js';
import { ImageBuilder } from '../src/sandbox/docker/image-builder.js';
import { allowedCores, planSlots } from '../src/sandbox/slots.js';
import { percentile } from './docker-setup.js';

const repeats = Number(process.argv[2] ?? 30);
const MIB = 2 ** 20;

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

const limits: ProblemLimits = {
  cpuTimeMs: 10_000,
  memoryBytes: 128 * MIB,
  outputBytes: MIB,
  codeBytes: MIB,
  compilationCpuTimeMs: 60_000,
  compilationMemoryBytes: 2048 * MIB,
  validationCpuTimeMs: 1000,
  validationMemoryBytes: 64 * MIB,
  validationOutputBytes: MIB,
};

const config = loadConfig(resolve('judge.config.yaml'));
const languages = readLanguages(config.languages, config.file);
const host = process.env['DOCKER_HOST'];
const client = await connectDocker(host === undefined ? {} : { host });
const builder = new ImageBuilder(client.engine, {
  base: process.env['MINOS_TEST_BASE'] ?? config.images.base,
  buildNetwork: config.images.buildNetwork,
  imagesDirectory: resolve('images'),
  runnerDirectory: resolve('runner'),
});
const directory = await mkdtemp(join(tmpdir(), 'minos-bench-'));
const blobs = await BlobStore.open({ directory, maxBytes: 2 ** 30 });
const sandbox = await DockerSandbox.open({
  client,
  imageOf: (toolchain) => builder.ensure(toolchain),
  blobs,
  slots: planSlots({
    count: 2,
    firstUid: config.sandbox.firstUid + 900,
    cores: await allowedCores(),
  }),
  engineId: `bench-${process.pid}`,
});
const compiler = sandboxCompiler(sandbox, new BlobArtifactStore(blobs));

async function prepare(id: string, text: string): Promise<() => Promise<number>> {
  const found = languages.find((language) => language.id === id);
  if (found === undefined) throw new Error(`the configuration has no ${id}`);
  return await programOf(found, text);
}

/** @returns one run, which resolves with its CPU time in ms. */
async function programOf(language: Language, text: string): Promise<() => Promise<number>> {
  const content = sourceOf(Buffer.from(text));
  const files: readonly StagedFile[] = [{ name: language.sourceFile, executable: false, content }];
  const program = { language, files };
  const compilation = await compiler.compile(program, compileLimits(limits));
  if (compilation.kind === 'failed') throw new Error(`${language.id}: ${compilation.log}`);
  const execution = runLimits(limits, language.profile);
  const sink = { write: () => undefined };
  return async () => {
    const { cpuTimeMs } = await sandbox.execute(
      {
        purpose: 'run',
        toolchain: language.toolchain,
        command: fillCommand(language.run, program, execution),
        environment: language.environment,
        files: compilation.artifact.files,
        workFiles: [],
        stdin: EMPTY_SOURCE,
        limits: execution,
        onOutputLimit: 'kill',
        mergeStderr: false,
        collect: [],
        collectBytes: 0,
      },
      { stdout: sink, stderr: sink },
    );
    return cpuTimeMs;
  };
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

try {
  const thrasher = await prepare(
    'c',
    await readFile('selftest/programs/22-thrasher.c', 'utf8').then((text) =>
      text.replace(
        '#include "probe.h"',
        '#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stdlib.h>\n#include <unistd.h>',
      ),
    ),
  );
  console.log('language    load    median  /idle p95/idle max/min');
  for (const [id, text] of Object.entries(KERNELS)) {
    const run = await prepare(id, text);
    const idle = await repeated(run);
    const idleMs = percentile(idle, 0.5);
    console.log(row(id, 'idle', idle, idleMs));
    console.log(row(id, 'loaded', await beside(thrasher, () => repeated(run)), idleMs));
  }
} finally {
  await sandbox.close();
  await rm(directory, { recursive: true });
}
