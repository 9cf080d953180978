import type { Lease, Queue } from '../queue/queue.js';
import { LEASE_S } from '../queue/queue-settings.js';
import { LeaseLost } from './interruption.js';

const RENEW_EVERY_MS = (LEASE_S * 1000) / 3;

/**
 * Prolongs a lease while its job is worked on. A database that does not answer is asked again: only
 * its word, or the time since it last gave it, ends the lease.
 */
export class LeaseKeeper implements Disposable {
  readonly #abort = new AbortController();
  readonly #queue: Pick<Queue, 'renew'>;
  readonly #lease: Lease;
  #timer: NodeJS.Timeout | undefined;
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
    // What the database cannot be asked now is asked in the next turn; storing asks in any case.
    const held = await this.#queue.renew(this.#lease).catch(() => true);
    if (!held) this.#abort.abort(new LeaseLost());
    if (!this.#stopped && held) this.#plan();
  }
}
