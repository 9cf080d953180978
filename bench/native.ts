/**
 * What does a container of the native driver cost?
 *
 *     bench/run native [CASES] [--docker]
 *
 * CASES (default 500) executions of `/bin/true`, in turns of fifty: vfork + exec on the host (the
 * least it can cost, with the host's own /bin/true), the native driver one after the other with
 * containers made ahead, and with --docker the Docker driver. Medians of the turns.
 *
 * CPU is that of this process and of the launcher with all that it waited for, programs included.
 * What kernel threads do afterwards (freeing cgroups and namespaces) is in nobody's account: on a
 * machine that does nothing else, the last column is what /proc/stat says of the whole machine.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { EMPTY_SOURCE } from '../src/judging/bytes.js';
import type { ExecutionRequest } from '../src/judging/execution.js';
import type { Sandbox } from '../src/judging/ports.js';
import { openDocker, percentile } from './docker-setup.js';
import { openNative } from './native-setup.js';

const MIB = 2 ** 20;
const PER_TURN = 50;
const TICK_MS = 10;
const cases = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 500);
const withDocker = process.argv.includes('--docker');

const REQUEST: ExecutionRequest = {
  purpose: 'run',
  toolchain: 'bash',
  command: ['/bin/true'],
  environment: {},
  files: [],
  workFiles: [],
  stdin: EMPTY_SOURCE,
  limits: {
    cpuTimeMs: 1000,
    cpuKillMs: 1500,
    wallTimeMs: 10_000,
    memoryBytes: 256 * MIB,
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
  collect: [],
  collectBytes: 0,
};

interface Cost {
  readonly wallMs: number;
  readonly workerCpuMs: number;
  readonly otherCpuMs: number;
  readonly machineCpuMs: number;
}

await using native = await openNative('bash');
await using docker = withDocker ? await openDocker('bash') : undefined;
const spawnLoop = compileSpawnLoop();
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
const ratio = (of: (cost: Cost) => number): string =>
  (
    percentile((costs['native driver'] ?? []).map(of), 0.5) /
    percentile((costs['vfork + exec'] ?? []).map(of), 0.5)
  ).toFixed(2);
console.log(`native / vfork + exec: wall ${ratio((cost) => cost.wallMs)}, CPU ${cpuRatio()}`);

function cpuRatio(): string {
  return ratio((cost) => cost.workerCpuMs * 0 + cost.otherCpuMs);
}

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
  sandbox.prepare({ toolchain: 'bash', limits: REQUEST.limits, stagedBytes: 0 }, count);
  for (let done = 0; done < count; done += 1) {
    const { end } = await sandbox.execute(REQUEST, { stdout: nothing, stderr: nothing });
    if (end.kind !== 'exited' || end.exitCode !== 0) throw new Error('the program failed');
  }
}

/** @returns its CPU time. */
function onTheHost(): number {
  const said = execFileSync(spawnLoop, [String(PER_TURN), '/bin/true'], { encoding: 'utf8' });
  return Number(said.trim().split(' ')[1]) / 1000;
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
