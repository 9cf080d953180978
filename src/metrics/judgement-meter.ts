import type { Kysely } from 'kysely';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Database } from '../database/schema.js';
import { databaseNow, finishedSince, type FinishedJudgement } from './finished-judgements.js';

/*
 * Counts judgements from their rows, so that nothing is lost with a worker. Every API process counts
 * all that finished since it started; who has several asks one, or takes the maximum.
 *
 * A row becomes visible at its commit, which is after its `finished_at`. So each reading goes back
 * further than the last one went, and leaves out what was counted already.
 */

/** Longer than any transaction that stores a verdict. */
const OVERLAP_MS = 30_000;
const AT_ONCE = 2000;
const OTHER = 'other';

const WAIT_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
const WORK_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900];

export class JudgementMeter {
  readonly #db: Kysely<Database>;
  readonly #languages: ReadonlySet<string>;
  readonly #instruments: Instruments;
  /** What was counted of the time that is read again. */
  readonly #counted = new Map<string, Date>();
  /** Where counting began, and how far it has come. */
  #start: Date | undefined;
  #newest = new Date(0);
  #reading: Promise<void> | undefined;

  /** @param languages Ids that may become labels. */
  constructor(db: Kysely<Database>, registry: Registry, languages: readonly string[]) {
    this.#db = db;
    this.#languages = new Set(languages);
    this.#instruments = createInstruments(registry);
  }

  /** Counts what is new. The first time it only looks at the database's clock. */
  read(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readAll(): Promise<void> {
    if (this.#start === undefined) {
      this.#start = await databaseNow(this.#db);
      this.#newest = this.#start;
      return;
    }
    let after = latest(this.#start, new Date(this.#newest.getTime() - OVERLAP_MS));
    for (let more = true; more;) {
      const rows = await finishedSince(this.#db, after, AT_ONCE);
      for (const row of rows) this.#count(row);
      const last = rows.at(-1)?.finishedAt ?? after;
      more = rows.length === AT_ONCE && last > after;
      after = last;
    }
    this.#forget(new Date(this.#newest.getTime() - 2 * OVERLAP_MS));
  }

  #count(row: FinishedJudgement): void {
    if (this.#counted.has(row.id)) return;
    this.#counted.set(row.id, row.finishedAt);
    this.#newest = latest(this.#newest, row.finishedAt);
    record(this.#instruments, row, this.#languages.has(row.languageId) ? row.languageId : OTHER);
  }

  #forget(before: Date): void {
    for (const [id, finishedAt] of this.#counted) {
      if (finishedAt < before) this.#counted.delete(id);
    }
  }
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(registry: Registry) {
  const registers = [registry];
  return {
    judgements: new Counter({
      name: 'minos_judgements_total',
      help: 'Judgements that finished.',
      labelNames: ['verdict', 'language', 'lane'],
      registers,
    }),
    queued: new Histogram({
      name: 'minos_judgement_queued_seconds',
      help: 'From being queued to being taken by a worker.',
      labelNames: ['lane'],
      buckets: WAIT_BUCKETS_S,
      registers,
    }),
    judging: new Histogram({
      name: 'minos_judgement_judging_seconds',
      help: 'From being taken by a worker to the verdict.',
      labelNames: ['language'],
      buckets: WORK_BUCKETS_S,
      registers,
    }),
    compiling: new Histogram({
      name: 'minos_judgement_compiling_seconds',
      help: 'Wall time of the compiler.',
      labelNames: ['language'],
      buckets: WORK_BUCKETS_S,
      registers,
    }),
    retries: new Counter({
      name: 'minos_judgement_retries_total',
      help: 'Attempts beyond the first that finished judgements took.',
      registers,
    }),
    runs: new Counter({ name: 'minos_runs_total', help: 'Test cases that were run.', registers }),
    runCpu: new Counter({
      name: 'minos_run_cpu_seconds_total',
      help: 'CPU time of submissions in test cases.',
      registers,
    }),
    runWall: new Counter({
      name: 'minos_run_wall_seconds_total',
      help: 'Wall time of submissions in test cases.',
      registers,
    }),
    overhead: new Counter({
      name: 'minos_judging_overhead_seconds_total',
      help: 'Time of judgings in which neither compiler nor submission ran: containers, validators, storing.',
      registers,
    }),
  };
}

function record(to: Instruments, row: FinishedJudgement, language: string): void {
  to.judgements.inc({ verdict: row.verdict, language, lane: row.lane });
  to.queued.observe({ lane: row.lane }, row.queuedS);
  to.judging.observe({ language }, row.judgingS);
  if (row.compilingS !== null) to.compiling.observe({ language }, row.compilingS);
  to.retries.inc(Math.max(row.attempts - 1, 0));
  to.runs.inc(row.runs);
  to.runCpu.inc(row.runsCpuS);
  to.runWall.inc(row.runsWallS);
  // Cases may run side by side.
  const busyS = row.runsWallS + (row.compilingS ?? 0);
  to.overhead.inc(Math.max(row.judgingS - busyS, 0));
}
