/**
 * What does a container cost?
 *
 *     bench/run case [--cases 500] [--turn 50] [--drivers native,docker] [--static]
 *                    [--isolate PATH] [--go-judge PATH]
 *
 * Executions of a small C++ program with iostream, from nothing to fully removed, one after the other
 * and in turns: vfork + exec on the host (the least it can cost), the drivers with containers made
 * ahead, and where their executables are given isolate and go-judge. With --static the program is
 * linked so.
 *
 * Wall times are medians of the turns, CPU times means over all of them. `setup/machine.ts` says what
 * the accounts of CPU time leave out.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionRequest } from '../src/judging/execution.js';
import { throughDriver } from './rivals/driver.js';
import { openGoJudge } from './rivals/go-judge.js';
import { isolate } from './rivals/isolate.js';
import type { HostedProgram, Runner } from './rivals/runner.js';
import { onTheHost, SpawnLoop } from './rivals/spawn-loop.js';
import { openEngines, type BenchEngine } from './setup/engine.js';
import { benchLimits } from './setup/limits.js';
import { describeMachine, kernelThreadsCpuMs, machineCpuMs, treeCpuMs } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { compileProgram } from './setup/program.js';
import { mean, median } from './setup/statistics.js';
import { table } from './setup/table.js';

const SOURCE = '#include <iostream>\nint main() { std::cout << "hello\\n"; }\n';
const FLAGS = ['-O2', '-o', 'main', '{sources}'];

interface Cost {
  readonly wallMs: number;
  /** This process. */
  readonly workerCpuMs: number;
  /** Those that run the program, and the program; undefined: nobody can tell. */
  readonly processesCpuMs: number | undefined;
  readonly kernelThreadsCpuMs: number;
  readonly machineCpuMs: number;
}

const options = readOptions({
  cases: 500,
  turn: 50,
  drivers: ['native', 'docker'],
  static: false,
  isolate: '',
  'go-judge': '',
});

await using opened = await openEngines(driversFrom(options.drivers), { languages: ['cpp20'] });
const [first] = opened.engines;
if (first === undefined) throw new Error('no driver, no bench');
const directory = await mkdtemp(join(tmpdir(), 'minos-bench-case-'));
const runners: Runner[] = [];
try {
  const machine = await describeMachine();
  runners.push(...(await openRunners(opened.engines, first)));
  for (const runner of runners) await runner.run(options.turn);
  const costs = runners.map((): Cost[] => []);
  for (let done = 0; done < options.cases; done += options.turn) {
    for (const [index, runner] of runners.entries()) costs[index]?.push(await measure(runner));
  }
  const linked = options.static ? 'static' : 'dynamic';
  console.log(`${machine}; ${options.cases} cases in turns of ${options.turn}, ${linked} program`);
  console.log(costTable(costs));
} finally {
  for (const runner of runners) await runner[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
}

async function openRunners(
  engines: readonly BenchEngine[],
  compiling: BenchEngine,
): Promise<readonly Runner[]> {
  const loop = new SpawnLoop(directory);
  const hosted = await hostedProgram(compiling, await compile(compiling));
  const drivers: Runner[] = [];
  for (const engine of engines) drivers.push(throughDriver(engine, await compile(engine)));
  return [
    onTheHost(loop, hosted),
    ...drivers,
    ...(options.isolate === '' ? [] : [isolate(options.isolate, loop, hosted)]),
    ...(options['go-judge'] === ''
      ? []
      : [await openGoJudge(options['go-judge'], directory, hosted)]),
  ];
}

function compile({ ports, language }: BenchEngine): Promise<ExecutionRequest> {
  const flags = options.static ? ['-static', ...FLAGS] : FLAGS;
  const cpp = { ...language('cpp20'), compile: ['/usr/bin/g++', ...flags] };
  return compileProgram(ports, cpp, SOURCE, benchLimits());
}

/** The same bytes for everybody. */
async function hostedProgram(
  engine: BenchEngine,
  { files, toolchain }: ExecutionRequest,
): Promise<HostedProgram> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of files[0]?.content.read() ?? []) chunks.push(chunk.slice());
  const program = {
    directory: join(directory, 'program'),
    name: 'main',
    root: await engine.unpacked(toolchain),
    isStatic: options.static,
  };
  await mkdir(program.directory, { mode: 0o755 });
  await writeFile(join(program.directory, program.name), Buffer.concat(chunks), { mode: 0o755 });
  return program;
}

async function measure(runner: Runner): Promise<Cost> {
  const pids = await runner.processes();
  const before = accounts(pids);
  const worker = process.cpuUsage();
  const startMs = performance.now();
  const own = await runner.run(options.turn);
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(worker);
  const after = accounts(pids);
  const perCase = (ms: number): number => ms / options.turn;
  const treeMs = pids.length === 0 ? undefined : after.treeMs - before.treeMs;
  const processesMs = own.cpuMs ?? treeMs;
  return {
    wallMs: perCase(own.wallMs ?? wallMs),
    workerCpuMs: perCase((user + system) / 1000),
    processesCpuMs: processesMs === undefined ? undefined : perCase(processesMs),
    kernelThreadsCpuMs: perCase(after.kernelThreadsMs - before.kernelThreadsMs),
    machineCpuMs: perCase(after.machineMs - before.machineMs),
  };
}

function accounts(pids: readonly number[]) {
  return {
    treeMs: treeCpuMs(pids),
    kernelThreadsMs: kernelThreadsCpuMs(),
    machineMs: machineCpuMs(),
  };
}

function costTable(costs: readonly (readonly Cost[])[]): string {
  const rows = costs.map((each) => ({
    wallMs: median(each.map(({ wallMs }) => wallMs)),
    workerMs: mean(each.map(({ workerCpuMs }) => workerCpuMs)),
    processesMs: mean(each.map(({ processesCpuMs }) => processesCpuMs ?? NaN)),
    kernelMs: mean(each.map(({ kernelThreadsCpuMs: kernel }) => kernel)),
    machineMs: mean(each.map(({ machineCpuMs: whole }) => whole)),
  }));
  const [least] = rows;
  const usedMs = (row: { processesMs: number; kernelMs: number }): number =>
    row.processesMs + row.kernelMs;
  const show = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(2));
  return table([
    [
      'ms per case',
      'wall',
      'CPU: worker',
      'processes',
      'kernel threads',
      'machine',
      'wall, ratio',
      'processes and kernel, ratio',
      'machine, ratio',
    ],
    ...rows.map((row, index) => [
      runners[index]?.name ?? '',
      ...[row.wallMs, row.workerMs, row.processesMs, row.kernelMs, row.machineMs].map(show),
      show(row.wallMs / (least?.wallMs ?? NaN)),
      show(usedMs(row) / (least === undefined ? NaN : usedMs(least))),
      show(row.machineMs / (least?.machineMs ?? NaN)),
    ]),
  ]);
}
