/**
 * What does the Docker driver cost?
 *
 *     bench/run docker-driver [--cases 50]
 *
 * 1. From handing over a job to the first byte of its output, in a waiting container.
 * 2. Trivial executions through the driver, against a plain loop over the raw Docker API that creates,
 *    starts, waits for and removes a container for each, one after the other. The two take turns in
 *    one run; the ratio is what counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine } from './setup/engine.js';
import { benchLimits } from './setup/limits.js';
import { describeMachine } from './setup/machine.js';
import { readOptions } from './setup/options.js';
import { openPlainLoop } from './setup/plain-loop.js';
import { compileProgram, executeInTurn, executeWell, shapeOf } from './setup/program.js';
import { percentile, sum, timed } from './setup/statistics.js';

const TURNS = 5;
const LATENCY_SAMPLES = 25;
const REST_MS = 600;
const { cases } = readOptions({ cases: 50 });

await using engine = await openEngine('docker', { languages: ['bash'] });
const { sandbox } = engine.ports;
const plainLoop = await openPlainLoop('bash');
const request = {
  ...(await compileProgram(engine.ports, engine.language('bash'), 'true\n', benchLimits())),
  command: ['/bin/echo', 'hello'],
  files: [],
};

console.log(await describeMachine());
await benchLatency();
await benchThroughput();

async function benchLatency(): Promise<void> {
  const firstByteMs: number[] = [];
  for (let sample = 0; sample < LATENCY_SAMPLES; sample += 1) {
    sandbox.prepare(shapeOf(request), 1);
    // Ready, and the daemon at rest.
    await sleep(REST_MS);
    firstByteMs.push(await msToFirstByte());
  }
  console.log(
    `job to first output byte, ms: median ${percentile(firstByteMs, 0.5).toFixed(1)}, ` +
      `90 % below ${percentile(firstByteMs, 0.9).toFixed(1)}`,
  );
}

async function msToFirstByte(): Promise<number> {
  const startMs = performance.now();
  let firstMs = Infinity;
  await executeWell(sandbox, request, () => {
    firstMs = Math.min(firstMs, performance.now() - startMs);
  });
  return firstMs;
}

async function benchThroughput(): Promise<void> {
  const driverMs: number[] = [];
  const plainMs: number[] = [];
  const perTurn = Math.ceil(cases / TURNS);
  for (let turn = 0; turn < TURNS; turn += 1) {
    plainMs.push(await timed(() => plainLoop(request.command, perTurn)));
    driverMs.push(await timed(() => executeInTurn(sandbox, request, perTurn)));
  }
  const [driver, plain] = [sum(driverMs), sum(plainMs)];
  const done = perTurn * TURNS;
  console.log(`driver: ${(driver / done).toFixed(0)} ms per case`);
  console.log(`plain loop: ${(plain / done).toFixed(0)} ms per case`);
  console.log(`ratio: ${(driver / plain).toFixed(2)} over ${done} cases`);
}
