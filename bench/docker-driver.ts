/**
 * What does the Docker driver cost?
 *
 *     DOCKER_HOST=… node dist/bench/docker-driver.js [CASES]
 *
 * 1. From handing over a job to the first byte of its output, in a waiting container.
 * 2. CASES trivial executions (default 50) through the driver, against a plain loop over the raw
 *    Docker API that creates, starts, waits for and removes a container for each, one after the
 *    other. The two take turns in one run; the ratio is what counts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../src/config/load-config.js';
import { EMPTY_SOURCE } from '../src/judging/bytes.js';
import type { ExecutionRequest } from '../src/judging/execution.js';
import { BlobStore } from '../src/sandbox/blob-store.js';
import { connectDocker } from '../src/sandbox/docker/docker-client.js';
import { DockerSandbox } from '../src/sandbox/docker/docker-sandbox.js';
import { ImageBuilder } from '../src/sandbox/docker/image-builder.js';
import { allowedCores, planSlots } from '../src/sandbox/slots.js';

const MIB = 2 ** 20;
const TURNS = 5;
const LATENCY_SAMPLES = 25;
const cases = Number(process.argv[2] ?? 50);

const host = process.env['DOCKER_HOST'];
const client = await connectDocker(host === undefined ? {} : { host });
const { images, sandbox: settings } = loadConfig(resolve('judge.config.yaml'));
const image = await new ImageBuilder(client.engine, {
  base: process.env['MINOS_TEST_BASE'] ?? images.base,
  buildNetwork: images.buildNetwork,
  imagesDirectory: resolve('images'),
  runnerDirectory: resolve('runner'),
}).ensure('bash');
const directory = await mkdtemp(join(tmpdir(), 'minos-bench-'));
const sandbox = await DockerSandbox.open({
  client,
  imageOf: () => Promise.resolve(image),
  blobs: await BlobStore.open({ directory, maxBytes: 2 ** 30 }),
  slots: planSlots({
    count: 'auto',
    firstUid: settings.firstUid,
    cores: await allowedCores(),
  }),
  engineId: `bench-${process.pid}`,
});

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

try {
  await benchLatency();
  await benchThroughput();
} finally {
  await sandbox.close();
  await rm(directory, { recursive: true });
}

async function benchLatency(): Promise<void> {
  const firstByteMs: number[] = [];
  for (let sample = 0; sample < LATENCY_SAMPLES; sample += 1) {
    sandbox.prepare(shape, 1);
    // Ready, and the daemon at rest.
    await new Promise((wake) => setTimeout(wake, 600));
    firstByteMs.push(await executeOnce());
  }
  console.log(
    `job to first output byte, ms: median ${median(firstByteMs).toFixed(1)}, ` +
      `90 % below ${percentile(firstByteMs, 0.9).toFixed(1)}`,
  );
}

async function benchThroughput(): Promise<void> {
  const driverMs: number[] = [];
  const plainMs: number[] = [];
  const perTurn = Math.ceil(cases / TURNS);
  for (let turn = 0; turn < TURNS; turn += 1) {
    plainMs.push(await timed(() => plainLoop(perTurn)));
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

/** What one writes who has the Engine's API and an afternoon. */
async function plainLoop(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const container = await client.engine.createContainer({
      Image: image,
      Entrypoint: ['/bin/echo', 'hello'],
      User: '65534:65534',
      HostConfig: {
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        ReadonlyRootfs: true,
        PidsLimit: 64,
        Memory: 256 * MIB,
        MemorySwap: 256 * MIB,
      },
    });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error('the program failed');
    await container.remove();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
