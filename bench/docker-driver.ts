/**
 * What does the Docker driver cost?
 *
 *     bench/run docker-driver [CASES]
 *
 * 1. From handing over a job to the first byte of its output, in a waiting container.
 * 2. CASES trivial executions (default 50) through the driver, against a plain loop over the raw
 *    Docker API that creates, starts, waits for and removes a container for each, one after the
 *    other. The two take turns in one run; the ratio is what counts.
 */
import { EMPTY_SOURCE } from '../src/judging/bytes.js';
import type { ExecutionRequest } from '../src/judging/execution.js';
import { openDocker, percentile, plainLoop, sum, timed } from './docker-setup.js';

const MIB = 2 ** 20;
const TURNS = 5;
const LATENCY_SAMPLES = 25;
const cases = Number(process.argv[2] ?? 50);

await using setup = await openDocker('bash');
const { sandbox } = setup;

const request: ExecutionRequest = {
  purpose: 'run',
  toolchain: 'bash',
  command: ['/bin/echo', 'hello'],
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
const shape = { toolchain: 'bash', limits: request.limits, stagedBytes: 0 };

await benchLatency();
await benchThroughput();

async function benchLatency(): Promise<void> {
  const firstByteMs: number[] = [];
  for (let sample = 0; sample < LATENCY_SAMPLES; sample += 1) {
    sandbox.prepare(shape, 1);
    // Ready, and the daemon at rest.
    await new Promise((wake) => setTimeout(wake, 600));
    firstByteMs.push(await executeOnce());
  }
  console.log(
    `job to first output byte, ms: median ${percentile(firstByteMs, 0.5).toFixed(1)}, ` +
      `90 % below ${percentile(firstByteMs, 0.9).toFixed(1)}`,
  );
}

async function benchThroughput(): Promise<void> {
  const driverMs: number[] = [];
  const plainMs: number[] = [];
  const perTurn = Math.ceil(cases / TURNS);
  for (let turn = 0; turn < TURNS; turn += 1) {
    plainMs.push(await timed(() => plainLoop(setup, request.command, perTurn)));
    driverMs.push(await timed(() => throughDriver(perTurn)));
  }
  const [driver, plain] = [sum(driverMs), sum(plainMs)];
  const done = perTurn * TURNS;
  console.log(`driver: ${(driver / done).toFixed(0)} ms per case`);
  console.log(`plain loop: ${(plain / done).toFixed(0)} ms per case`);
  console.log(`ratio: ${(driver / plain).toFixed(2)} over ${done} cases`);
}

async function throughDriver(count: number): Promise<void> {
  sandbox.prepare(shape, count);
  for (let done = 0; done < count; done += 1) await executeOnce();
}

/** @returns ms until the first byte of output. */
async function executeOnce(): Promise<number> {
  const startMs = performance.now();
  let firstMs = Infinity;
  const stdout = { write: () => void (firstMs = Math.min(firstMs, performance.now() - startMs)) };
  const { end } = await sandbox.execute(request, { stdout, stderr: stdout });
  if (end.kind !== 'exited' || end.exitCode !== 0) throw new Error('the program failed');
  return firstMs;
}
