import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FinishedEvent } from '../judging/judgement.js';
import { formatBytes } from '../judging/reason.js';
import type { Canaries } from './canaries.js';
import { labelOf, type HostileCase, type Observation } from './hostile-case.js';
import { hostState, type HostState } from './host-state.js';
import type { SuiteDriver } from './suite-driver.js';

/*
 * What must be true after every case, whatever the program did. (a) to (f) as in README.md. No
 * tolerance depends on how fast the machine is, but that of (a): a container starts in seconds also
 * on a crowded machine.
 */

const MIB = 2 ** 20;
const GRACE_MS = 2000;
const START_MS = 5000;
/** The daemon removes a container a moment after its end. */
const SETTLE_MS = 10_000;
const SETTLE_STEP_MS = 100;
/** Something else may write to the same disk meanwhile; a program that fills it writes more. */
const DISK_BYTES = 4096 * MIB;
const DESCRIPTORS = 8;
const MEMORY_BYTES = 192 * MIB;
const LAG_MS = 100;
const LOOK_MS = 300;
/** Of a core. */
const BUSY = 0.5;

/** (a) One verdict, of those expected, in time; and never a JE that is not asked for. */
export function judgedProperly(hostile: HostileCase, seen: Observation): readonly string[] {
  const problems: string[] = [];
  const finished = seen.events.filter((event) => event.type === 'finished');
  if (finished.length !== 1) problems.push(`there are ${finished.length} verdicts`);
  problems.push(...wrongVerdicts(hostile, seen, finished[0]));
  for (const { limits, elapsedMs } of seen.executions) {
    const allowedMs = limits.wallTimeMs + GRACE_MS + START_MS;
    if (elapsedMs > allowedMs) {
      problems.push(`took ${Math.round(elapsedMs)} ms, more than ${allowedMs}`);
    }
  }
  return problems;
}

function wrongVerdicts(
  { tests = [{}], expected }: HostileCase,
  seen: Observation,
  finished: FinishedEvent | undefined,
): readonly string[] {
  const runs = seen.events.filter((event) => event.type === 'run');
  if (finished !== undefined && runs.length === 0) {
    if (expected.includes(finished.verdict)) return [];
    return [describe(finished.verdict, expected, finished.reason, seen)];
  }
  if (runs.length !== tests.length) return [`${runs.length} of ${tests.length} tests were judged`];
  return runs.flatMap(({ verdict, reason, ordinal }) => {
    const allowed = tests[ordinal - 1]?.expected ?? expected;
    if (allowed.includes(verdict)) return [];
    return [`test ${ordinal}: ${describe(verdict, allowed, reason, seen)}`];
  });
}

function describe(
  verdict: string,
  expected: readonly string[],
  reason: string,
  { compilation, executions }: Observation,
): string {
  const log = compilation?.kind === 'failed' ? compilation.log : '';
  const stderr = executions.at(-1)?.stderr.toString() ?? '';
  const said = [log, stderr].filter((text) => text !== '').map((text) => text.slice(0, 400));
  return [`${verdict} (${reason}), not ${expected.join(' or ')}`, ...said].join(' | ');
}

/** (b), (d), (e): what is on the host is what was there before. */
export class HostInvariant {
  readonly #driver: SuiteDriver;
  readonly #before: HostState;
  /** Containers that were seen. */
  readonly #containers = new Set<string>();
  readonly #lag = monitorEventLoopDelay({ resolution: 10 });
  #looking: NodeJS.Timeout | undefined;
  #watched = { cpu: process.cpuUsage(), startMs: performance.now() };

  private constructor(driver: SuiteDriver, before: HostState) {
    this.#driver = driver;
    this.#before = before;
  }

  /** Call when the driver has judged something, so that its own descriptors are open. */
  static async take(driver: SuiteDriver): Promise<HostInvariant> {
    return new HostInvariant(driver, await hostState(driver, new Set()));
  }

  /** The event loop is watched from here to the next check. */
  watch(): void {
    this.#lag.reset();
    this.#lag.enable();
    this.#watched = { cpu: process.cpuUsage(), startMs: performance.now() };
    this.#looking = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  /** Remembers containers, to see later that nothing of them is left. */
  async #look(): Promise<void> {
    const ids = await this.#driver.containers().catch(() => []);
    for (const id of ids) this.#containers.add(id);
  }

  /** On a crowded machine everybody lags; who lags and is busy blocks its own event loop. */
  #lagged(): readonly string[] {
    this.#lag.disable();
    const lagMs = this.#lag.percentile(99) / 1e6;
    const { user, system } = process.cpuUsage(this.#watched.cpu);
    const busy = (user + system) / 1000 / (performance.now() - this.#watched.startMs);
    const isLate = lagMs > LAG_MS && busy > BUSY;
    return isLate ? [`the event loop lagged ${Math.round(lagMs)} ms`] : [];
  }

  async check(): Promise<readonly string[]> {
    clearInterval(this.#looking);
    await this.#look();
    const late = this.#lagged();
    const deadlineMs = performance.now() + SETTLE_MS;
    for (;;) {
      const changes = this.#changes(await hostState(this.#driver, this.#containers));
      if (changes.length === 0 || performance.now() > deadlineMs) return [...late, ...changes];
      await new Promise((resolve) => setTimeout(resolve, SETTLE_STEP_MS));
    }
  }

  #changes(now: HostState): readonly string[] {
    const before = this.#before;
    const problems: string[] = [];
    const say = (wrong: boolean, what: string): void => {
      if (wrong) problems.push(what);
    };
    say(now.processes.length > 0, `processes are left: ${now.processes.join(', ')}`);
    say(now.containers > this.#driver.readyContainers, `${now.containers} containers are left`);
    say(now.remains.length > 0, `of containers there is left ${now.remains.join(', ')}`);
    say(now.spools > 0, `${now.spools} files of output are left`);
    say(now.ipcObjects.length > 0, `System V objects are left: ${now.ipcObjects.join()}`);
    const descriptors = now.ownDescriptors - before.ownDescriptors;
    // Each container that waits has its connections.
    const allowed = DESCRIPTORS + 3 * this.#driver.readyContainers;
    say(descriptors > allowed, `${descriptors} descriptors more are open`);
    const memoryBytes = now.ownMemoryBytes - before.ownMemoryBytes;
    say(memoryBytes > MEMORY_BYTES, `the judge grew by ${formatBytes(memoryBytes)}`);
    this.#driver.directories.forEach((directory, index) => {
      const bytes = (before.freeBytes[index] ?? 0) - (now.freeBytes[index] ?? 0);
      say(bytes > DISK_BYTES, `${formatBytes(bytes)} less are free below ${directory}`);
    });
    return problems;
  }
}

/** (f) No secret of anybody else is in what is stored or returned. */
export function leaks(hostile: HostileCase, seen: Observation, canaries: Canaries): string[] {
  const texts = [
    JSON.stringify(seen.events),
    ...seen.executions.flatMap(({ stdout, stderr }) => [
      stdout.toString('latin1'),
      stderr.toString('latin1'),
    ]),
  ];
  const found = new Set(texts.flatMap((text) => canaries.foundIn(text)));
  return [...found].map((place) => `${labelOf(hostile)} tells the secret of ${place}`);
}
