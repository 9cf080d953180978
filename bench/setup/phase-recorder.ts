import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionOutput } from '../../src/judging/execution.js';
import type { Compiler, Ports, Sandbox } from '../../src/judging/ports.js';
import { DockerContainer } from '../../src/sandbox/docker/docker-container.js';
import { NativeContainer } from '../../src/sandbox/native/native-container.js';
import { SupervisorSession } from '../../src/sandbox/supervisor-session.js';
import { sum } from './statistics.js';

/*
 * The cases of one slot follow each other, so marks cut the time from submission to verdict:
 *
 *   submitted ── compile ──► compiled
 *   execute called ── container ──► job handed over ── stage, run, report ──► its connection ended
 *     ── remove ──► execute resolved ── compare ──► next execute called, or the verdict
 *
 * How long the program itself ran is in the result; what is left between handing over and the end of
 * the connection is staging and reporting. Comparing also goes on while output arrives: that time is taken from the run
 * and given to comparing.
 */

export const PHASES = {
  compile: 'from the source to the artifact',
  container: 'waiting for one',
  stage: 'handing over the job, staging it, and reporting',
  run: 'the program, by the clock of the supervisor',
  compare: 'the output, and deciding',
  remove: 'until the slot is free again',
} as const;

export type Phase = keyof typeof PHASES;

export interface Phases {
  readonly ms: Readonly<Record<Phase, number>>;
  readonly totalMs: number;
  /** Of compiling: the compiler itself, by the clock of the supervisor. */
  readonly compilerMs: number;
  /** Of each container, mostly made while something else went on. */
  readonly makingMs: readonly number[];
}

/** What one execution went through, in the time of performance.now(). */
interface Marks {
  readonly calledMs: number;
  handedOverMs: number;
  endedMs: number;
  resolvedMs: number;
  runMs: number;
  comparedMs: number;
}

type Open = (...given: never[]) => Promise<unknown>;
/** A class of containers, whose `open` is one more property to us. */
interface Opener {
  open: Open;
}

/** Looks on where both drivers make containers and talk to them, until it is disposed of. */
export class PhaseRecorder implements Disposable {
  readonly #marks = new AsyncLocalStorage<Marks>();
  readonly #restore: readonly (() => void)[];
  #makingMs: number[] = [];

  constructor() {
    this.#restore = [
      this.#watchOpening(NativeContainer),
      this.#watchOpening(DockerContainer),
      this.#watchSessions(),
    ];
  }

  /** @param judge judges one submission on one slot, by these ports. */
  async record(ports: Ports, judge: (ports: Ports) => Promise<void>): Promise<Phases> {
    const runs: Marks[] = [];
    this.#makingMs = [];
    let compiledMs = NaN;
    let compilerMs = NaN;
    const compiler: Compiler = {
      compile: async (...given) => {
        const compilation = await ports.compiler.compile(...given);
        compiledMs = performance.now();
        compilerMs = compilation.wallTimeMs;
        return compilation;
      },
    };
    const submittedMs = performance.now();
    await judge({ ...ports, compiler, sandbox: this.#watched(ports.sandbox, runs) });
    const verdictMs = performance.now();
    return {
      ms: { compile: compiledMs - submittedMs, ...phasesOf(runs, compiledMs, verdictMs) },
      totalMs: verdictMs - submittedMs,
      compilerMs,
      makingMs: this.#makingMs,
    };
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore) restore();
  }

  #watched(sandbox: Sandbox, runs: Marks[]): Sandbox {
    return {
      slots: sandbox.slots,
      prepare: (shape, count) => sandbox.prepare(shape, count),
      execute: async (request, output, signal) => {
        const calledMs = performance.now();
        const marks: Marks = {
          calledMs,
          handedOverMs: calledMs,
          endedMs: calledMs,
          resolvedMs: calledMs,
          runMs: 0,
          comparedMs: 0,
        };
        if (request.purpose === 'run') runs.push(marks);
        const outcome = await this.#marks.run(marks, () =>
          sandbox.execute(request, watchedOutput(output, marks), signal),
        );
        marks.resolvedMs = performance.now();
        marks.runMs = outcome.wallTimeMs;
        return outcome;
      },
    };
  }

  /** @returns what undoes it */
  #watchOpening(opener: Opener): () => void {
    const open = opener.open.bind(opener);
    opener.open = async (...given) => {
      const startMs = performance.now();
      const container = await open(...given);
      this.#makingMs.push(performance.now() - startMs);
      return container;
    };
    return () => {
      opener.open = open;
    };
  }

  #watchSessions(): () => void {
    const { run } = SupervisorSession.prototype;
    const marks = this.#marks;
    SupervisorSession.prototype.run = async function (this: SupervisorSession, ...job) {
      const own = marks.getStore();
      if (own !== undefined) own.handedOverMs = performance.now();
      const result = await run.apply(this, job);
      if (own !== undefined) own.endedMs = performance.now();
      return result;
    };
    return () => {
      SupervisorSession.prototype.run = run;
    };
  }
}

function watchedOutput({ stdout, stderr }: ExecutionOutput, marks: Marks): ExecutionOutput {
  return {
    stderr,
    stdout: {
      async write(chunk) {
        const startMs = performance.now();
        await stdout.write(chunk);
        marks.comparedMs += performance.now() - startMs;
      },
    },
  };
}

/** Times of the cases, cut where this file's picture cuts them. */
function phasesOf(
  runs: readonly Marks[],
  compiledMs: number,
  verdictMs: number,
): Record<Exclude<Phase, 'compile'>, number> {
  const starts = [...runs.slice(1).map(({ calledMs }) => calledMs), verdictMs];
  const total = (of: (run: Marks, next: number) => number): number =>
    sum(runs.map((run, index) => of(run, starts[index] ?? NaN)));
  const first = (runs[0]?.calledMs ?? compiledMs) - compiledMs;
  return {
    container: total((run) => run.handedOverMs - run.calledMs),
    stage: total((run) => run.endedMs - run.handedOverMs - run.runMs - run.comparedMs),
    run: total(({ runMs }) => runMs),
    compare: first + total((run, next) => run.comparedMs + next - run.resolvedMs),
    remove: total((run) => run.resolvedMs - run.endedMs),
  };
}
