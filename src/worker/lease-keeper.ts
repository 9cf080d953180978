import type { Lease, Queue } from '../queue/queue.js';
import { LEASE_S } from '../queue/queue-settings.js';
import { LeaseLost } from './interruption.js';

const RENEW_EVERY_MS = (LEASE_S * 1000) / 3;

/**
 * Prolongs a lease while its job is worked on. A database that does not answer is asked again: only
 * its word ends the lease.
 */
export class LeaseKeeper implements Disposable {
  readonly #abort = new AbortController();
  readonly #queue: Pick<Queue, 'renew'>;
  readonly #lease: Lease;
  #timer: NodeJS.Timeout | undefined;
  #last: { readonly askedAtMs?: number; readonly hasFailed: boolean } = { hasFailed: false };
  #stopped = false;

  constructor(queue: Pick<Queue, 'renew'>, lease: Lease) {
    this.#queue = queue;
    this.#lease = lease;
    this.#plan();
  }

  /** Aborted with LeaseLost, or with the reason that `interrupt` was given. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get lease(): Lease {
    return this.#lease;
  }

  /** The database did not answer in time when it was asked last: a lease that is lost is lost to that. */
  get isCutOff(): boolean {
    const { askedAtMs, hasFailed } = this.#last;
    return hasFailed || (askedAtMs !== undefined && performance.now() - askedAtMs > RENEW_EVERY_MS);
  }

  /** Tells the queue that somebody works on it. @throws what the database says. */
  async confirm(): Promise<void> {
    if (!(await this.#queue.renew(this.#lease))) throw new LeaseLost();
  }

  interrupt(reason: Error): void {
    this.#abort.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    this.#timer = setTimeout(() => void this.#renew(), RENEW_EVERY_MS);
  }

  async #renew(): Promise<void> {
    this.#last = { askedAtMs: performance.now(), hasFailed: this.#last.hasFailed };
    let held = true;
    try {
      held = await this.#queue.renew(this.#lease);
      this.#last = { hasFailed: !held && this.isCutOff };
    } catch {
      // What it cannot be asked now is asked in the next turn; storing asks in any case.
      this.#last = { hasFailed: true };
    }
    if (!held) this.#abort.abort(new LeaseLost());
    else if (!this.#stopped) this.#plan();
  }
}
