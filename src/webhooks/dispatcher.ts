import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { DELIVERIES_CHANNEL } from '../events/append-events.js';
import type { Subscribable } from '../events/signals.js';
import { judgeOutcome, requestOf } from './attempt-delivery.js';
import { claimDeliveries, type Room } from './claim-deliveries.js';
import { messageId, type ClaimedDelivery } from './delivery.js';
import type { SendOutcome, Target } from './send-request.js';
import { release, settleDelivered, settleFailed } from './settle-delivery.js';
import { buryWaiting, forgetOld } from './sweep-deliveries.js';

/*
 * Theory of operation. A delivery is a row that was made in the transaction of its event:
 *
 *   pending ──claimed: attempts + 1, next_attempt_at = end of the lease──► under way
 *      ▲                                                                    │
 *      ├──── failed: next_attempt_at = after a pause ◄──────────────────────┤
 *      │                                        answered with 2xx ► delivered
 *   redelivered by hand                         the last attempt failed ► dead
 *
 * One loop claims as much as there is room for, whenever it is woken: by a notification, an attempt
 * that ended, or every second. Every API process runs one; rows are locked with SKIP LOCKED, and all
 * times are the database's. An attempt is under way in one process until its lease ends; whoever is
 * late changes nothing, because the number of the attempt has changed.
 *
 * Nobody holds up others: each webhook and account has so many attempts at once, and a webhook whose
 * attempts fail again and again is tried with one delivery at a time, at growing intervals.
 */

export interface DispatcherLog {
  info(fields: object): void;
  warn(fields: object): void;
}

export interface DispatcherParts {
  readonly db: Kysely<Database>;
  readonly listener: Subscribable;
  /** Makes one attempt; never rejects. */
  readonly send: (target: Target, signal: AbortSignal) => Promise<SendOutcome>;
  readonly log: DispatcherLog;
}

export interface DispatcherOptions {
  readonly room: Room;
  readonly pollMs: number;
  readonly sweepMs: number;
}

const DEFAULTS: DispatcherOptions = {
  room: { total: 64, perAccount: 16, perWebhook: 4 },
  pollMs: 1000,
  sweepMs: 60_000,
};
const STOP_GRACE_MS = 3000;

export class WebhookDispatcher {
  readonly #parts: DispatcherParts;
  readonly #options: DispatcherOptions;
  readonly #underWay = new Map<ClaimedDelivery, Promise<void>>();
  readonly #stopping = new AbortController();
  /** Breaks attempts off. */
  readonly #breaking = new AbortController();
  #wake: () => void = () => undefined;
  #woken = true;
  #loop: Promise<void> | undefined;
  #sweptAtMs = -Infinity;

  constructor(parts: DispatcherParts, options: Partial<DispatcherOptions> = {}) {
    this.#parts = parts;
    this.#options = { ...DEFAULTS, ...options };
  }

  start(): void {
    const wake = (): void => this.wake();
    const unsubscribe = this.#parts.listener.subscribe({
      channel: DELIVERIES_CHANNEL,
      onNotification: wake,
      onGap: wake,
    });
    this.#loop = this.#run().finally(unsubscribe);
  }

  /** Lets attempts end for some seconds, then breaks them off and gives them back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    const timer = setTimeout(() => this.#breaking.abort(), STOP_GRACE_MS);
    await this.#loop;
    await Promise.all(this.#underWay.values());
    clearTimeout(timer);
  }

  /** There may be something to do. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      try {
        await this.#sweep();
        await this.#startAttempts();
      } catch (error) {
        this.#parts.log.warn({ event: 'webhook-dispatch-failed', error });
        this.#woken = false;
      }
      await this.#untilWoken();
    }
  }

  async #startAttempts(): Promise<void> {
    const { room } = this.#options;
    if (this.#underWay.size >= room.total) return;
    const claimed = await claimDeliveries(this.#parts.db, room, [...this.#underWay.keys()]);
    const claimedAtMs = performance.now();
    for (const delivery of claimed) {
      const attempt = this.#attempt(delivery, claimedAtMs).finally(() => {
        this.#underWay.delete(delivery);
        this.wake();
      });
      this.#underWay.set(delivery, attempt);
    }
  }

  async #attempt(delivery: ClaimedDelivery, claimedAtMs: number): Promise<void> {
    const { db, send, log } = this.#parts;
    const fields = {
      webhookId: delivery.webhookId,
      messageId: messageId(delivery.event),
      attempt: delivery.attempt,
    };
    try {
      const startedAtMs = performance.now();
      const target = requestOf(delivery, startedAtMs - claimedAtMs);
      const outcome = judgeOutcome(await send(target, this.#breaking.signal));
      const durationMs = Math.round(performance.now() - startedAtMs);
      if (outcome.kind === 'delivered') {
        await settleDelivered(db, delivery, outcome.status);
        log.info({ event: 'webhook-delivered', ...fields, status: outcome.status, durationMs });
      } else if (this.#breaking.signal.aborted) {
        await release(db, delivery);
      } else {
        const consequences = await settleFailed(db, delivery, outcome);
        const { status, error: reason } = outcome;
        log.info({ event: 'webhook-failed', ...fields, status, reason, durationMs });
        if (consequences?.dead === true) log.warn({ event: 'webhook-dead-letter', ...fields });
        if (typeof consequences?.disabledReason === 'string') {
          log.warn({ event: 'webhook-disabled', ...fields, reason: consequences.disabledReason });
        }
      }
    } catch (error) {
      // The lease ends, and it is tried again: at least once.
      log.warn({ event: 'webhook-outcome-lost', ...fields, error });
    }
  }

  async #sweep(): Promise<void> {
    if (performance.now() - this.#sweptAtMs < this.#options.sweepMs) return;
    this.#sweptAtMs = performance.now();
    const dead = await buryWaiting(this.#parts.db);
    if (dead > 0) this.#parts.log.warn({ event: 'webhook-dead-letters', count: dead });
    await forgetOld(this.#parts.db, new Date());
  }

  async #untilWoken(): Promise<void> {
    if (this.#woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
