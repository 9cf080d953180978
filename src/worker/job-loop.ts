import { databaseFailure } from '../database/database-failure.js';
import { verifyVersion } from '../problems/verification/verify-version.js';
import type { ClaimedJob, Lease } from '../queue/queue.js';
import { auditLateResult } from './audit-late-result.js';
import { customRunJob } from './custom-run-job.js';
import { giveUp } from './give-up.js';
import { findFault } from './find-fault.js';
import {
  EngineFailed,
  FailsHere,
  GivenBack,
  LeaseLost,
  PartDisabled,
  SandboxFaulty,
} from './interruption.js';
import { judgeJob } from './judge-job.js';
import { leftToOthers } from './language-failed.js';
import { LeaseKeeper } from './lease-keeper.js';
import { patiently } from './patiently.js';
import type { Registration } from './registration.js';
import { failAttempt, giveBack, handOn, putAside } from './return-job.js';
import { isBackground, isSuspect, roomFor } from './room.js';
import { Wakeup } from './wakeup.js';
import type { WorkerParts } from './worker-parts.js';

/*
 * Theory of operation.
 *
 *   claim ──► work under a kept lease ──► stored and completed
 *     ▲          │ interrupted (stopping, rejudging overtaken, engine failed) ──► given back, uncounted
 *     │          │ needs what is disabled ──► put aside until it is enabled
 *     │          │ needs what fails here, and works elsewhere ──► handed on to other workers
 *     │          │ failed ──► tried again, at most three times in all; then a judging error
 *     │          └ lease lost ──► nothing, and an entry in the audit
 *     └── woken by new jobs, jobs that end, operators, and every two seconds
 *
 * A database that is away is waited for, with the job in hand: nothing else could be done meanwhile. An
 * attempt that was lost to it all the same is taken back from the count by whoever lives to say so:
 * only what a job does to its worker counts.
 */

const POLL_MS = 2000;
const FINISH_DEADLINE_MS = 8000;

export interface LoopParts extends WorkerParts {
  readonly registration: Registration;
}

/** Claims and works on jobs until it is told to stop, or its sandbox fails. */
export class JobLoop {
  readonly #parts: LoopParts;
  readonly #running = new Map<LeaseKeeper, Promise<void>>();
  readonly #wakeup = new Wakeup();
  /** Aborted when the process has to end: nothing is waited for any more. */
  readonly #hurry = new AbortController();
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
    const stop = (): void => {
      wake();
      setTimeout(() => this.#endAll(), FINISH_DEADLINE_MS).unref();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted && this.#engineFailed === undefined) {
        if (!(await this.#claimOne())) await this.#wakeup.within(POLL_MS);
      }
    } finally {
      for (const stop of stopListening) stop();
      while (this.#running.size > 0) await Promise.all(this.#running.values());
      signal.removeEventListener('abort', stop);
    }
    return this.#engineFailed;
  }

  get #leases(): readonly Lease[] {
    return [...this.#running.keys()].map(({ lease }) => lease);
  }

  get #width(): number {
    return this.#parts.engine.ports.sandbox.slots;
  }

  /** @returns false when there is nothing to do now. */
  async #claimOne(): Promise<boolean> {
    const { queue, registration, log } = this.#parts;
    const room = roomFor(this.#leases, this.#width);
    if (registration.state !== 'active' || room === undefined) return false;
    try {
      const without = await leftToOthers(this.#parts);
      const claimed = await queue.claim({ ...room, without });
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
      .catch((error: unknown) => this.#settle(keeper, error))
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

  async #work(claimed: ClaimedJob, keeper: LeaseKeeper): Promise<void> {
    const { lease, signal } = keeper;
    await keeper.confirm();
    if (claimed.kind === 'given-up') {
      await giveUp(lease, claimed.message, this.#parts);
      return;
    }
    try {
      if (isSuspect(lease)) await this.#untilAlone(lease, signal);
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
  async #settle({ lease, isCutOff }: LeaseKeeper, error: unknown): Promise<void> {
    const { queue, log } = this.#parts;
    const about = { kind: lease.kind, id: lease.id, attempt: lease.attempt };
    const goBack = (): Promise<void> => this.#patiently(() => giveBack(lease, this.#parts));
    if (error instanceof LeaseLost) {
      await this.#patiently(() => auditLateResult(lease, this.#parts));
      if (isCutOff) await this.#patiently(() => queue.giveBack(lease));
      return;
    }
    if (error instanceof FailsHere) {
      log.warn('handed-on', { ...about, part: error.part.part });
      await this.#patiently(() => handOn(lease, error.part, this.#parts));
      return;
    }
    if (error instanceof PartDisabled) {
      log.warn('put-aside', { ...about, part: error.part.part });
      await this.#patiently(() => putAside(lease, error.part, this.#parts));
      return;
    }
    const failure = databaseFailure(error);
    if (failure === 'unavailable' || failure === 'conflict') {
      log.warn('database-failed', { ...about, error });
      await goBack();
      return;
    }
    if (!(error instanceof GivenBack || error instanceof SandboxFaulty)) {
      await this.#findFault(error);
    }
    if (error instanceof GivenBack || this.#engineFailed !== undefined) {
      log.info('given-back', { ...about, reason: (error as Error).message });
      await goBack();
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    log.error('attempt-failed', { ...about, error });
    await this.#patiently(() => failAttempt(lease, message, this.#parts));
  }

  /** Is it the worker that cannot judge, and not the job? */
  async #findFault(error: unknown): Promise<void> {
    const { log } = this.#parts;
    try {
      await findFault(error, undefined, this.#parts);
    } catch (failure) {
      if (!(failure instanceof EngineFailed)) throw failure;
      this.#engineFailed = failure;
      log.error('engine-failed', { error: failure });
      this.#interruptAll('the sandbox of this worker failed');
    }
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    return await patiently(work, this.#hurry.signal);
  }

  /** Others that a job might take down with the worker end first, or go back. */
  async #untilAlone(lease: Lease, signal: AbortSignal): Promise<void> {
    const others = [...this.#running].filter(([keeper]) => keeper.lease !== lease);
    for (const [keeper] of others) {
      if (isBackground(keeper.lease)) keeper.interrupt(new GivenBack('another job runs alone'));
    }
    const stopped = Promise.withResolvers<undefined>();
    const stop = (): void => stopped.resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([stopped.promise, Promise.all(others.map(([, work]) => work))]);
    signal.throwIfAborted();
  }

  /** Rejudging gives way to whoever waits for a verdict; what it has judged is kept. */
  async #makeWay(): Promise<void> {
    const rejudging = [...this.#running.keys()].find(({ lease }) => lease.lane === 'rejudge');
    if (rejudging === undefined || roomFor(this.#leases, this.#width) !== undefined) return;
    const depths = await this.#parts.queue.depths();
    const isAwaited = depths.some(({ lane, waiting }) => waiting > 0 && lane !== 'rejudge');
    if (isAwaited) rejudging.interrupt(new GivenBack('somebody waits for a verdict'));
  }

  /** Those that did not finish in time are given back. */
  #endAll(): void {
    this.#interruptAll('the worker is stopping');
    this.#hurry.abort();
  }

  #interruptAll(reason: string): void {
    for (const keeper of this.#running.keys()) keeper.interrupt(new GivenBack(reason));
  }
}
