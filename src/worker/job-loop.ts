import { sql } from 'kysely';
import { databaseFailure } from '../database/database-failure.js';
import type { Lane } from '../database/schema.js';
import { appendAudit } from '../database/audit.js';
import { inTransaction } from '../database/transaction.js';
import { appendEvent } from '../events/append-events.js';
import { parkJob } from '../operations/disabled-parts.js';
import { verifyVersion } from '../problems/verification/verify-version.js';
import { LEASE_S } from '../queue/queue-settings.js';
import type { ClaimedJob, Lease } from '../queue/queue.js';
import { customRunJob } from './custom-run-job.js';
import { giveUp } from './give-up.js';
import { EngineFailed, GivenBack, LeaseLost, PartDisabled } from './interruption.js';
import { judgeJob } from './judge-job.js';
import { LeaseKeeper } from './lease-keeper.js';
import { patiently } from './patiently.js';
import { proveEngine } from './prove-engine.js';
import type { Registration } from './registration.js';
import { Wakeup } from './wakeup.js';
import type { WorkerParts } from './worker-parts.js';

/*
 * Theory of operation.
 *
 *   claim ──► work under a kept lease ──► stored and completed
 *     ▲          │ interrupted (stopping, rejudging overtaken, engine failed) ──► given back, uncounted
 *     │          │ needs what is disabled ──► put aside until it is enabled
 *     │          │ failed ──► tried again, at most three times in all; then a judging error
 *     │          └ lease lost ──► nothing, and an entry in the audit
 *     └── woken by new jobs, jobs that end, operators, and every two seconds
 */

const POLL_MS = 2000;
const FINISH_DEADLINE_MS = 8000;
/** Nobody looks at a page for these to end. */
const BACKGROUND: readonly Lane[] = ['verification', 'rejudge'];

export interface LoopParts extends WorkerParts {
  readonly registration: Registration;
}

/** Claims and works on jobs until it is told to stop, or its sandbox fails. */
export class JobLoop {
  readonly #parts: LoopParts;
  readonly #running = new Map<LeaseKeeper, Promise<void>>();
  readonly #wakeup = new Wakeup();
  #engineFailed: EngineFailed | undefined;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** @returns why it ended: undefined when it was told to stop. No job is being worked on any more. */
  async run(signal: AbortSignal): Promise<EngineFailed | undefined> {
    const { queue, registration } = this.#parts;
    const wake = (): void => this.#wakeup.wake();
    const stopListening = [
      queue.onWork(() => {
        wake();
        void this.#makeWay().catch(() => undefined);
      }),
      registration.onChange(wake),
    ];
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted && this.#engineFailed === undefined) {
        if (!(await this.#claimOne())) await this.#wakeup.within(POLL_MS);
      }
    } finally {
      for (const stop of stopListening) stop();
      signal.removeEventListener('abort', wake);
      await this.#end();
    }
    return this.#engineFailed;
  }

  get #width(): number {
    return this.#parts.engine.ports.sandbox.slots;
  }

  /** @returns false when there is nothing to do now. */
  async #claimOne(): Promise<boolean> {
    const { queue, registration, log } = this.#parts;
    if (registration.state !== 'active' || this.#running.size >= this.#width) return false;
    try {
      // One slot is kept free of rejudgings; where there is only one, they give way.
      const rejudging = [...this.#running.keys()].filter(({ lease }) => lease.lane === 'rejudge');
      const isFull = this.#width > 1 && rejudging.length >= this.#width - 1;
      const claimed = await queue.claim(isFull ? { lastLane: 'verification' } : {});
      if (claimed === undefined) return false;
      this.#start(claimed);
      return true;
    } catch (error) {
      log.warn('claim-failed', { error });
      return false;
    }
  }

  #start(claimed: ClaimedJob): void {
    const keeper = new LeaseKeeper(this.#parts.queue, claimed.lease);
    const work = this.#work(claimed, keeper)
      .catch((error: unknown) => this.#settle(claimed.lease, error))
      .catch((error: unknown) => {
        // The lease will end by itself.
        this.#parts.log.error('job-left', { id: claimed.lease.id, error });
      })
      .finally(() => {
        keeper[Symbol.dispose]();
        this.#running.delete(keeper);
        this.#wakeup.wake();
      });
    this.#running.set(keeper, work);
  }

  async #work(claimed: ClaimedJob, { signal }: LeaseKeeper): Promise<void> {
    const { lease } = claimed;
    if (claimed.kind === 'given-up') {
      await giveUp(lease, claimed.message, this.#parts);
      return;
    }
    try {
      await this.#workOn(lease, signal);
    } catch (error) {
      // What an abort makes of what was under way says less than its reason.
      throw signal.aborted ? signal.reason : error;
    }
  }

  async #workOn(lease: Lease, signal: AbortSignal): Promise<void> {
    switch (lease.kind) {
      case 'judgement':
        await judgeJob(lease, this.#parts, signal);
        return;
      case 'custom-run':
        await customRunJob(lease, this.#parts, signal);
        return;
      case 'verification': {
        const { db, queue, packages, dataDirectory, engine } = this.#parts;
        const { ports } = engine;
        const prepareImages = engine.prepareImages.bind(engine);
        const bench = { db, queue, packages, dataDirectory, ports, prepareImages };
        if ((await verifyVersion(lease, bench, signal)) === 'lease-lost') throw new LeaseLost();
        return;
      }
    }
  }

  /** What becomes of a job that did not end. */
  async #settle(lease: Lease, error: unknown): Promise<void> {
    const { queue, log } = this.#parts;
    const about = { kind: lease.kind, id: lease.id, attempt: lease.attempt };
    if (error instanceof LeaseLost) {
      log.warn('stale-result', about);
      await this.#auditStale(lease);
      return;
    }
    if (error instanceof PartDisabled) {
      log.warn('put-aside', { ...about, part: error.part.part });
      await this.#putAside(lease, error);
      return;
    }
    if (databaseFailure(error) !== undefined) {
      log.warn('database-failed', { ...about, error });
      await this.#giveBack(lease);
      return;
    }
    if (!(error instanceof GivenBack)) await this.#findFault(error);
    if (error instanceof GivenBack || this.#engineFailed !== undefined) {
      log.info('given-back', { ...about, reason: (error as Error).message });
      await this.#giveBack(lease);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    log.error('attempt-failed', { ...about, error });
    await this.#requeue(lease);
    await patiently(() => queue.fail(lease, message), LEASE_S * 1000);
  }

  /** Is it the worker that cannot judge, and not the job? */
  async #findFault(error: unknown): Promise<void> {
    const { engine, languages, log } = this.#parts;
    try {
      if (error instanceof EngineFailed) throw error;
      await proveEngine(engine, languages.languages);
    } catch (failure) {
      if (!(failure instanceof EngineFailed)) throw failure;
      this.#engineFailed = failure;
      log.error('engine-failed', { error: failure });
      for (const keeper of this.#running.keys()) {
        keeper.interrupt(new GivenBack('the sandbox of this worker failed'));
      }
    }
  }

  async #giveBack(lease: Lease): Promise<void> {
    await patiently(async () => {
      await this.#requeue(lease);
      await this.#parts.queue.giveBack(lease);
    }, LEASE_S * 1000);
  }

  /** Says in the job's row that it waits again. */
  async #requeue(lease: Lease): Promise<void> {
    const { db, queue } = this.#parts;
    await inTransaction(db, async (tx) => {
      if (!(await queue.renew(lease, tx))) return;
      await showQueued(tx, lease);
    });
  }

  async #putAside(lease: Lease, { part }: PartDisabled): Promise<void> {
    const { db, queue } = this.#parts;
    const isAside = await inTransaction(db, async (tx) => {
      if (!(await parkJob(tx, queue, lease, part))) return false;
      await showQueued(tx, lease);
      return true;
    });
    // It was enabled meanwhile.
    if (!isAside) await this.#giveBack(lease);
  }

  async #auditStale(lease: Lease): Promise<void> {
    const { db, workerId } = this.#parts;
    await appendAudit(db, {
      actor: workerId,
      action: 'stale-result',
      object: lease.id,
      details: { kind: lease.kind, attempt: lease.attempt },
    });
  }

  /** Background work gives way to whoever waits for a verdict; what it has judged is kept. */
  async #makeWay(): Promise<void> {
    if (this.#running.size < this.#width) return;
    const background = [...this.#running.keys()]
      .filter(({ lease }) => BACKGROUND.includes(lease.lane))
      .sort((one, other) => rank(other) - rank(one))[0];
    if (background === undefined) return;
    const depths = await this.#parts.queue.depths();
    const isAwaited = depths.some(({ lane, waiting }) => waiting > 0 && !BACKGROUND.includes(lane));
    if (isAwaited) background.interrupt(new GivenBack('somebody waits for a verdict'));
  }

  /** Lets jobs finish for a moment, then gives them back. */
  async #end(): Promise<void> {
    const timer = setTimeout(() => {
      for (const keeper of this.#running.keys()) {
        keeper.interrupt(new GivenBack('the worker is stopping'));
      }
    }, FINISH_DEADLINE_MS);
    while (this.#running.size > 0) await Promise.all(this.#running.values());
    clearTimeout(timer);
  }
}

function rank({ lease }: LeaseKeeper): number {
  return BACKGROUND.indexOf(lease.lane);
}

type Tx = Parameters<typeof appendEvent>[0];

async function showQueued(tx: Tx, { kind, id }: Lease): Promise<void> {
  switch (kind) {
    case 'judgement': {
      const row = await tx
        .updateTable('judgements')
        .set({ state: 'queued' })
        .where('id', '=', id)
        .where('state', '=', 'judging')
        .returning('submission_id')
        .executeTakeFirst();
      if (row === undefined) return;
      await appendEvent(tx, {
        submissionId: row.submission_id,
        judgementId: id,
        type: 'judgement.requeued',
        data: {},
      });
      return;
    }
    case 'custom-run':
      await tx
        .updateTable('custom_runs')
        .set({ state: 'queued', started_at: sql`null` })
        .where('id', '=', id)
        .where('state', '=', 'judging')
        .execute();
      return;
    case 'verification':
      await tx
        .updateTable('verifications')
        .set({ state: 'queued' })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute();
      return;
  }
}
