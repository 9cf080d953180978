import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely, type Transaction } from 'kysely';
import { databaseFailure } from '../database/database-failure.js';
import type { Database } from '../database/schema.js';
import { storable } from '../database/storable.js';
import { inTransaction } from '../database/transaction.js';
import { appendEvents } from '../events/append-events.js';
import { eventData } from '../judgements/event-data.js';
import type { JudgementEvent } from '../judging/judgement.js';
import type { Run } from '../judging/run.js';
import { LEASE_S } from '../queue/queue-settings.js';
import type { Lease, Queue } from '../queue/queue.js';
import { LeaseLost } from './interruption.js';

/*
 * Theory of operation. Events are stored in the order in which they come; those that come while a
 * commit is under way share the next one:
 *
 *   add ──► waiting ──► [ lock the judgement's row · lease still ours? · rows · outbox ] ──► commit
 *
 * Each transaction prolongs the lease, or completes the job with the verdict: a lease that is lost
 * stores nothing. A database that is away is waited for, however long it takes: nobody else can have
 * the job meanwhile, or the first answer says that somebody has. A commit may have happened although
 * nobody heard of it: `judgements.recorded` then says so.
 */

type Tx = Transaction<Database>;

export interface RecorderParts {
  readonly db: Kysely<Database>;
  readonly queue: Pick<Queue, 'renew' | 'complete'>;
  readonly lease: Lease;
  /** Aborted: what fails then is not tried again. */
  readonly signal: AbortSignal;
  readonly submissionId: string;
  readonly workerId: string;
  /** Of the toolchain that judges. */
  readonly toolchain: object;
  /** Key of a run, and whether it was taken over from another judgement. */
  readonly keyOf: (run: Run) => { readonly key: string; readonly taken: boolean };
}

const RETRY_PAUSE_MS = 250;
/** For rows that somebody has locked, or whatever else it is, while the database takes other words. */
const PATIENCE_MS = LEASE_S * 1000;

export class JudgementRecorder {
  readonly #parts: RecorderParts;
  readonly #waiting: JudgementEvent[] = [];
  #storing: Promise<void> | undefined;
  #stored = 0;
  #lastOrdinal = 0;
  #error: unknown;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** @throws what kept an earlier event from being stored. */
  add(event: JudgementEvent): void {
    if (this.#error !== undefined) throw this.#error as Error;
    this.#waiting.push(storable(event));
    if (event.type === 'run') this.#lastOrdinal = event.ordinal;
    this.#storing ??= this.#storeAll();
  }

  /** Resolves when all is stored. @throws LeaseLost, and what the database says. */
  async settle(): Promise<void> {
    await this.#storing;
    if (this.#error !== undefined) throw this.#error as Error;
  }

  async #storeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const events = this.#waiting.splice(0);
        await this.#storePatiently(events);
        this.#stored += events.length;
      }
    } catch (error) {
      this.#error = error;
    } finally {
      this.#storing = undefined;
    }
  }

  async #storePatiently(events: readonly JudgementEvent[]): Promise<void> {
    const { db, lease, signal } = this.#parts;
    const after = `${lease.token}:${String(this.#stored + events.length)}`;
    let untilMs = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await inTransaction(db, (tx) => this.#store(tx, events, after));
        return;
      } catch (error) {
        if (databaseFailure(error) !== 'unavailable' || signal.aborted) throw error;
        if (await this.#isAway()) untilMs = performance.now() + PATIENCE_MS;
        else if (performance.now() > untilMs) throw error;
        await sleep(RETRY_PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Can the lease not be prolonged either? Then nobody else can take it. */
  async #isAway(): Promise<boolean> {
    const { queue, lease } = this.#parts;
    try {
      // Whether it is held is for the next try to say: the job may be completed, and nobody heard of it.
      await queue.renew(lease);
      return false;
    } catch (error) {
      if (databaseFailure(error) !== 'unavailable') throw error;
      return true;
    }
  }

  async #store(tx: Tx, events: readonly JudgementEvent[], after: string): Promise<void> {
    const { queue, lease, submissionId } = this.#parts;
    const row = await tx
      .selectFrom('judgements')
      .select('recorded')
      .where('id', '=', lease.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (row.recorded === after) return;
    const ends = events.some(({ type }) => type === 'finished');
    const held = ends ? await queue.complete(lease, tx) : await queue.renew(lease, tx);
    if (!held) throw new LeaseLost();
    await this.#storeRuns(tx, events);
    for (const event of events) await this.#storeEvent(tx, event);
    await tx
      .updateTable('judgements')
      .set({ recorded: after })
      .where('id', '=', lease.id)
      .execute();
    await appendEvents(
      tx,
      events.map((event) => ({ submissionId, judgementId: lease.id, ...eventData(event) })),
    );
  }

  /** An attempt that was interrupted may have left some of them. */
  async #storeRuns(tx: Tx, events: readonly JudgementEvent[]): Promise<void> {
    const { lease, keyOf } = this.#parts;
    const rows = events.flatMap((event) => {
      if (event.type !== 'run') return [];
      const { type: _, ...run } = event;
      const { key, taken } = keyOf(run);
      return [
        {
          judgement_id: lease.id,
          ordinal: run.ordinal,
          run_key: key,
          verdict: run.verdict,
          cpu_time_ms: run.cpuTimeMs,
          wall_time_ms: run.wallTimeMs,
          memory_bytes: run.memoryBytes,
          run: JSON.stringify(run),
          taken_over: taken,
        },
      ];
    });
    if (rows.length === 0) return;
    await tx
      .insertInto('runs')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['judgement_id', 'ordinal']).doUpdateSet((excluded) => ({
          run_key: excluded.ref('excluded.run_key'),
          verdict: excluded.ref('excluded.verdict'),
          cpu_time_ms: excluded.ref('excluded.cpu_time_ms'),
          wall_time_ms: excluded.ref('excluded.wall_time_ms'),
          memory_bytes: excluded.ref('excluded.memory_bytes'),
          run: excluded.ref('excluded.run'),
          taken_over: excluded.ref('excluded.taken_over'),
        })),
      )
      .execute();
  }

  async #storeEvent(tx: Tx, event: JudgementEvent): Promise<void> {
    const { lease, workerId, toolchain } = this.#parts;
    const judgement = tx.updateTable('judgements').where('id', '=', lease.id);
    switch (event.type) {
      case 'started':
        await judgement
          .set({
            state: 'judging',
            attempt: lease.attempt,
            worker_id: workerId,
            test_cases: event.testCases,
            toolchain: JSON.stringify(toolchain),
            started_at: sql`coalesce(started_at, now())`,
          })
          .execute();
        return;
      case 'compiled':
        await judgement.set({ compilation: JSON.stringify(event) }).execute();
        return;
      case 'run':
        return;
      case 'finished':
        // An earlier attempt may have come further.
        await tx
          .deleteFrom('runs')
          .where('judgement_id', '=', lease.id)
          .where('ordinal', '>', this.#lastOrdinal)
          .execute();
        await judgement
          .set({
            state: 'finished',
            verdict: event.verdict,
            reason: event.reason,
            test_case: event.testCase ?? null,
            fault: event.fault ?? null,
            cpu_time_ms: event.cpuTimeMs,
            memory_bytes: event.memoryBytes,
            started_at: sql`coalesce(started_at, now())`,
            finished_at: sql`now()`,
          })
          .execute();
        return;
    }
  }
}
