import { createServer, type Server } from 'node:net';
import type { JudgementEvent } from '../judging/judgement.js';
import { judgeSubmission, type JudgeJob } from '../judging/judge-submission.js';
import type { Compilation } from '../judging/compilation.js';
import type { Compiler, Ports } from '../judging/ports.js';
import { Canaries } from './canaries.js';
import { wasStarved } from './checks.js';
import type { HostileCase, Observation } from './hostile-case.js';
import { HostileProblems } from './hostile-problem.js';
import { HelloWorld } from './hello-world.js';
import { HostInvariant, judgedProperly, leaks } from './invariant.js';
import { RecordingSandbox } from './recording-sandbox.js';
import type { SuiteDriver } from './suite-driver.js';

/**
 * When others have the core of the slot, times say nothing, and the judge itself says so. A program
 * that could bring this about would do so every time.
 */
const ATTEMPTS = 3;

/** Judges hostile programs through the real path, and looks at what is left of each. */
export class Suite implements AsyncDisposable {
  readonly #driver: SuiteDriver;
  readonly #canaries: Canaries;
  readonly #problems: HostileProblems;
  readonly #listener: Server;
  readonly #hello: HelloWorld;
  readonly #invariant: HostInvariant;

  private constructor(
    parts: Pick<Suite, 'driver'> & {
      readonly canaries: Canaries;
      readonly problems: HostileProblems;
      readonly listener: Server;
      readonly hello: HelloWorld;
      readonly invariant: HostInvariant;
    },
  ) {
    this.#driver = parts.driver;
    this.#canaries = parts.canaries;
    this.#problems = parts.problems;
    this.#listener = parts.listener;
    this.#hello = parts.hello;
    this.#invariant = parts.invariant;
  }

  /** The driver stays the caller's. */
  static async open(driver: SuiteDriver): Promise<Suite> {
    const canaries = await Canaries.plant(driver.privateDirectory);
    const listener = await listenAbstract();
    const hello = await HelloWorld.measure(driver, canaries);
    const invariant = await HostInvariant.take(driver);
    const problems = new HostileProblems((id) => driver.language(id));
    return new Suite({ driver, canaries, problems, listener, hello, invariant });
  }

  get driver(): SuiteDriver {
    return this.#driver;
  }

  /** @returns what does not hold, in words; empty when everything does. */
  async try(hostile: HostileCase, signal?: AbortSignal): Promise<readonly string[]> {
    this.#invariant.watch();
    const problems = await this.judge(hostile, signal);
    return [...problems, ...(await this.#invariant.check()), ...(await this.#hello.check())];
  }

  /** The same without looking at the host. */
  async judge(hostile: HostileCase, signal?: AbortSignal): Promise<readonly string[]> {
    for (let attempt = 1; ; attempt += 1) {
      const seen = await observe(await this.job(hostile), this.#driver.ports, signal);
      const problems = [
        ...judgedProperly(hostile, seen),
        ...(hostile.checks ?? []).flatMap((check) => check(seen) ?? []),
      ];
      const again = problems.length > 0 && attempt < ATTEMPTS && seen.executions.some(wasStarved);
      if (!again) return [...problems, ...leaks(hostile, seen, this.#canaries)];
    }
  }

  async job(hostile: HostileCase): Promise<JudgeJob> {
    return await this.#problems.job(hostile, this.#canaries.make(`the data of ${hostile.title}`));
  }

  /** What of the host differs from the beginning. */
  async leftovers(): Promise<readonly string[]> {
    return await this.#invariant.check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#listener.close(resolve));
    await this.#canaries[Symbol.asyncDispose]();
  }
}

export async function observe(
  job: JudgeJob,
  ports: Ports,
  signal?: AbortSignal,
): Promise<Observation> {
  const sandbox = new RecordingSandbox(ports.sandbox);
  const compiler = new RecordingCompiler(ports.compiler);
  const startMs = performance.now();
  const startClockMs = Date.now();
  const events: JudgementEvent[] = [];
  for await (const event of judgeSubmission(job, { ...ports, sandbox, compiler }, signal)) {
    events.push(event);
  }
  const elapsedMs = performance.now() - startMs;
  return {
    events,
    compilation: compiler.first,
    executions: sandbox.executions,
    elapsedMs,
    clockDriftMs: Date.now() - startClockMs - elapsedMs,
  };
}

/** Keeps what came of the submission; validators are compiled after it. */
class RecordingCompiler implements Compiler {
  readonly #compiler: Compiler;
  first: Compilation | undefined;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  async compile(...args: Parameters<Compiler['compile']>): Promise<Compilation> {
    const compilation = await this.#compiler.compile(...args);
    this.first ??= compilation;
    return compilation;
  }
}

/** A door of the host that 73-abstract-sockets.c must not find. Another suite may have opened it. */
async function listenAbstract(): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve();
      else reject(error);
    });
    server.listen('\0minos-selftest', resolve);
  });
  return server;
}
