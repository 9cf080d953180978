/**
 * How fast is the default output validator?
 *
 *     bench/run comparison [--megabytes 100]
 *
 * 1. Equal files against `cmp` of the system, both with warm caches, turn by turn in one run.
 * 2. Floats with other last digits than the answer's, under a tolerance.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, open, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ByteSource } from '../src/judging/bytes.js';
import { compareOutput } from '../src/judging/comparison/compare-output.js';
import {
  DEFAULT_COMPARISON,
  type ComparisonOptions,
} from '../src/judging/comparison/comparison-options.js';
import { fileSource } from '../src/problems/file-source.js';
import { describeMachine } from './setup/machine.js';
import { readOptions } from './setup/options.js';
import { median, timed } from './setup/statistics.js';

const MEGABYTE = 1e6;
const ROUNDS = 9;
const FLOAT_ROUNDS = 5;
const BATCH_BYTES = 64 * 1024;

const { megabytes } = readOptions({ megabytes: 100 });
const directory = await mkdtemp(path.join(tmpdir(), 'minos-bench-'));
console.log(await describeMachine());
try {
  await benchEqualFiles();
  await benchFloats();
} finally {
  await rm(directory, { recursive: true });
}

async function benchEqualFiles(): Promise<void> {
  const answer = await write('integers.ans', integer);
  const team = await write('integers.out', integer);
  const cmpMs: number[] = [];
  const ourMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    cmpMs.push(await timed(() => runCmp(answer, team)));
    ourMs.push(await timed(() => compareFiles(answer, team, DEFAULT_COMPARISON)));
  }
  const ratio = median(cmpMs.map((ms, round) => ms / (ourMs[round] ?? NaN)));
  report('equal files, cmp', median(cmpMs));
  report('equal files, default comparison', median(ourMs));
  console.log(`speed, as a ratio to cmp: ${ratio.toFixed(2)} (wanted: at least 0.5)`);
}

async function benchFloats(): Promise<void> {
  const answer = await write('floats.ans', (random) => float(random, '25'));
  const team = await write('floats.out', (random) => float(random, '74'));
  const options = {
    ...DEFAULT_COMPARISON,
    floatAbsoluteTolerance: 1e-9,
    floatRelativeTolerance: 1e-9,
  };
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  for (let round = 0; round < FLOAT_ROUNDS; round += 1) {
    const before = process.cpuUsage();
    wallMs.push(await timed(() => compareFiles(answer, team, options)));
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000);
  }
  report('floats under a tolerance (wanted: at least 40 MB/s)', median(wallMs));
  // What other work on the same cores takes away does not count here.
  report('  by CPU time', median(cpuMs));
}

function runCmp(left: string, right: string): void {
  const { status } = spawnSync('cmp', [left, right]);
  if (status !== 0) throw new Error(`cmp ended with ${String(status)}`);
}

async function compareFiles(
  answer: string,
  team: string,
  options: ComparisonOptions,
): Promise<void> {
  const comparison = compareOutput(await sourceOfFile(answer), options);
  const output = await sourceOfFile(team);
  for await (const chunk of output.read({ reuseMemory: true })) await comparison.write(chunk);
  const result = await comparison.finish();
  if (!result.accepted) throw new Error(`not accepted: ${JSON.stringify(result)}`);
}

async function sourceOfFile(file: string): Promise<ByteSource> {
  const { size, dev, ino, mtimeNs } = await stat(file, { bigint: true });
  return fileSource({
    realPath: await realpath(file),
    sizeBytes: Number(size),
    device: dev,
    inode: ino,
    modifiedNs: mtimeNs,
  });
}

async function write(name: string, text: (random: number) => string): Promise<string> {
  const file = path.join(directory, name);
  const handle = await open(file, 'w');
  let lines = '';
  let writtenBytes = 0;
  // Always the same numbers.
  for (let random = 12345; writtenBytes < megabytes * MEGABYTE;) {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    lines += text(random);
    if (lines.length < BATCH_BYTES) continue;
    await handle.write(lines);
    writtenBytes += lines.length;
    lines = '';
  }
  await handle.close();
  return file;
}

function integer(random: number): string {
  return `${random % 1_000_000}${random % 8 === 0 ? '\n' : ' '}`;
}

/** Of one length, whatever the last digits are. */
function float(random: number, lastDigits: string): string {
  return `${(random / 1e6).toFixed(6).padStart(11, '0')}${String(random % 1000).padStart(3, '0')}${lastDigits}\n`;
}

function report(what: string, ms: number): void {
  const speed = (megabytes / ms) * 1000;
  console.log(`${what}: ${ms.toFixed(0)} ms, ${speed.toFixed(0)} MB/s`);
}
