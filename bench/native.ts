/**
 * What does a container of the native driver cost?
 *
 *     bench/run native [CASES] [--docker]
 *
 * CASES (default 500) executions of a small C++ program, in turns of fifty: vfork + exec on the host
 * (the least it can cost), the native driver one after the other with containers made ahead and the
 * program staged into each, and with --docker the Docker driver. Medians of the turns.
 *
 * CPU is that of this process and of the launcher with all that it waited for, programs included.
 * What kernel threads do afterwards (freeing cgroups and namespaces) is in nobody's account: on a
 * machine that does nothing else, the last column is what /proc/stat says of the whole machine.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { EMPTY_SOURCE, sourceOf, type StagedFile } from '../src/judging/bytes.js';
import type { ExecutionRequest } from '../src/judging/execution.js';
import type { Sandbox } from '../src/judging/ports.js';
import { openDocker, percentile } from './docker-setup.js';
import { openNative } from './native-setup.js';

const MIB = 2 ** 20;
const PER_TURN = 50;
const TICK_MS = 10;
const cases = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 500);
const withDocker = process.argv.includes('--docker');

const SOURCE = '#include <iostream>\nint main() { std::cout << "hello\\n"; }\n';

const COMPILE: ExecutionRequest = {
  purpose: 'compile',
  toolchain: 'gcc',
  command: ['/usr/bin/g++', '-O2', '-o', 'main', '/box/main.cpp'],
  environment: { PATH: '/usr/bin' },
  files: [file('main.cpp', Buffer.from(SOURCE))],
  workFiles: [],
  stdin: EMPTY_SOURCE,
  limits: {
    cpuTimeMs: 60_000,
    cpuKillMs: 60_000,
    wallTimeMs: 60_000,
    memoryBytes: 512 * MIB,
    stdoutBytes: MIB,
    stderrBytes: 64 * 1024,
    fileBytes: 16 * MIB,
    openFiles: 256,
    stackBytes: 256 * MIB,
    processes: 64,
    workBytes: 16 * MIB,
    workInodes: 4096,
    executableWork: false,
    sharedMemoryBytes: 0,
  },
  onOutputLimit: 'kill',
  mergeStderr: false,
  collect: ['main'],
  collectBytes: 16 * MIB,
};

interface Cost {
  readonly wallMs: number;
  readonly workerCpuMs: number;
  readonly otherCpuMs: number;
  readonly machineCpuMs: number;
}

await using native = await openNative('gcc');
await using docker = withDocker ? await openDocker('gcc') : undefined;
const spawnLoop = compileSpawnLoop();
const program = await compileProgram(native.sandbox);
const request: ExecutionRequest = {
  ...COMPILE,
  purpose: 'run',
  command: ['/box/main'],
  files: [file('main', program, true)],
  collect: [],
  limits: { ...COMPILE.limits, memoryBytes: 256 * MIB },
};
await through(native.sandbox, PER_TURN);

const costs: Record<string, Cost[]> = { 'vfork + exec': [], 'native driver': [] };
for (let turn = 0; turn < cases / PER_TURN; turn += 1) {
  costs['vfork + exec']?.push(await measure(() => Promise.resolve(onTheHost()), undefined));
  const [launcher = 0] = await native.sandbox.launchers();
  costs['native driver']?.push(await measure(() => through(native.sandbox, PER_TURN), launcher));
  if (docker === undefined) continue;
  (costs['Docker driver'] ??= []).push(
    await measure(() => through(docker.sandbox, PER_TURN), undefined),
  );
}

console.log('per case, ms: wall, CPU here, CPU of launcher and containers, CPU of the machine');
for (const [name, each] of Object.entries(costs)) {
  const median = (of: (cost: Cost) => number): string =>
    (percentile(each.map(of), 0.5) / PER_TURN).toFixed(2);
  console.log(
    `${name}: ${median((cost) => cost.wallMs)}, ${median((cost) => cost.workerCpuMs)}, ` +
      `${median((cost) => cost.otherCpuMs)}, ${median((cost) => cost.machineCpuMs)}`,
  );
}
const perCase = (name: string, of: (cost: Cost) => number): number =>
  percentile((costs[name] ?? []).map(of), 0.5);
const ratio = (of: (cost: Cost) => number): string =>
  (perCase('native driver', of) / perCase('vfork + exec', of)).toFixed(2);
console.log(
  `native / vfork + exec: wall ${ratio((cost) => cost.wallMs)}, ` +
    `CPU without this process ${ratio((cost) => cost.otherCpuMs)}, ` +
    `of the machine ${ratio((cost) => cost.machineCpuMs)}`,
);

async function measure(
  run: () => Promise<number | undefined>,
  launcher: number | undefined,
): Promise<Cost> {
  const before = { cpu: process.cpuUsage(), machine: machineCpuMs(), launcher: cpuMsOf(launcher) };
  const startMs = performance.now();
  const ownCpuMs = await run();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before.cpu);
  return {
    wallMs,
    workerCpuMs: (user + system) / 1000,
    otherCpuMs: ownCpuMs ?? cpuMsOf(launcher) - before.launcher,
    machineCpuMs: machineCpuMs() - before.machine,
  };
}

async function through(sandbox: Sandbox, count: number): Promise<undefined> {
  const nothing = { write: () => undefined };
  sandbox.prepare(
    { toolchain: 'gcc', limits: request.limits, stagedBytes: program.byteLength },
    count,
  );
  for (let done = 0; done < count; done += 1) {
    const { end } = await sandbox.execute(request, { stdout: nothing, stderr: nothing });
    if (end.kind !== 'exited' || end.exitCode !== 0) throw new Error('the program failed');
  }
}

/** @returns its CPU time. */
function onTheHost(): number {
  const said = execFileSync(spawnLoop, [String(PER_TURN), ...onHost()], { encoding: 'utf8' });
  return Number(said.trim().split(' ')[1]) / 1000;
}

async function compileProgram(sandbox: Sandbox): Promise<Uint8Array> {
  const nothing = { write: () => undefined };
  const { collected } = await sandbox.execute(COMPILE, { stdout: nothing, stderr: nothing });
  const chunks: Uint8Array[] = [];
  for await (const chunk of collected[0]?.content.read() ?? []) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}

/** The same program on the host, with the libraries of the image: the host's may be older. */
function onHost(): readonly string[] {
  const path = join(tmpdir(), `minos-bench-program-${process.pid}`);
  if (!existsSync(path)) writeFileSync(path, program, { mode: 0o755 });
  const libraries = `${native.root}/usr/lib/x86_64-linux-gnu`;
  return [`${libraries}/ld-linux-x86-64.so.2`, '--library-path', libraries, path];
}

function file(name: string, content: Uint8Array, executable = false): StagedFile {
  return { name, executable, content: sourceOf(content) };
}

function compileSpawnLoop(): string {
  const binary = join(tmpdir(), `minos-spawn-loop-${process.pid}`);
  execFileSync('cc', ['-O2', '-o', binary, 'bench/spawn-loop.c']);
  return binary;
}

/** Of a process and all that it waited for. */
function cpuMsOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

/** All that is not idle. */
function machineCpuMs(): number {
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  const busy = ticks.filter((_, index) => index !== 3 && index !== 4 && index < 8);
  return busy.reduce((sum, each) => sum + Number(each), 0) * TICK_MS;
}
