import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Listener } from '../database/listener.js';
import { newId } from '../database/new-id.js';
import type { Database, WorkerState } from '../database/schema.js';
import { storable } from '../database/storable.js';
import { HEARTBEAT_S, workerLives } from '../database/worker-life.js';
import { CONTROL_CHANNEL } from '../events/control-channel.js';
import type { EventLog } from '../logs/event-log.js';
import { workerTopic } from '../operations/worker-topic.js';
import type { ToolchainStatus } from './toolchains.js';

const RETRY_PAUSE_MS = 1000;

export interface RegistrationOptions {
  readonly db: Kysely<Database>;
  readonly listener: Pick<Listener, 'subscribe'>;
  readonly slots: number;
  readonly facts: object;
  readonly log: EventLog;
}

/**
 * The worker's row: what it is, that it lives, and what operators ask of it. What they asked of the
 * process before it, which is gone, holds for this one.
 */
export class Registration implements AsyncDisposable {
  readonly id = newId();
  readonly #options: RegistrationOptions;
  readonly #changes = new Set<() => void>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #state: WorkerState = 'active';
  #toolchains: Readonly<Record<string, ToolchainStatus>> = {};
  #slots: number;
  #closed = false;
  #lastBeat: Promise<void> = Promise.resolve();
  #nextBeat: Promise<void> | undefined;

  private constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#slots = options.slots;
    const beat = (): void => void this.#beat();
    this.#stopListening = options.listener.subscribe({
      channel: CONTROL_CHANNEL,
      onNotification: (topic) => {
        if (topic === workerTopic(this.id)) beat();
      },
      onGap: beat,
    });
  }

  /** Tries until the database answers. @throws the signal's reason. */
  static async open(options: RegistrationOptions, signal: AbortSignal): Promise<Registration> {
    const registration = new Registration(options);
    for (;;) {
      try {
        await registration.#insert();
        registration.#plan();
        return registration;
      } catch (error) {
        options.log.warn('registration-failed', { error });
        await sleep(RETRY_PAUSE_MS, undefined, { signal });
      }
    }
  }

  /** As the database said last. */
  get state(): WorkerState {
    return this.#state;
  }

  /** @returns how to stop listening. */
  onChange(callback: () => void): () => void {
    this.#changes.add(callback);
    return () => this.#changes.delete(callback);
  }

  describe(slots: number, toolchains: Readonly<Record<string, ToolchainStatus>>): void {
    this.#slots = slots;
    this.#toolchains = toolchains;
    void this.#beat();
  }

  /** Of its own accord: its sandbox does not work. What operators asked for stays. */
  async disable(reason: string): Promise<void> {
    await this.#move(['active'], 'disabled', storable(reason));
  }

  async enable(): Promise<void> {
    await this.#move(['disabled'], 'active', null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stopListening();
    await this.#move(['active', 'disabled', 'draining', 'paused'], 'stopped', null).catch(
      () => undefined,
    );
  }

  async #insert(): Promise<void> {
    const name = hostname();
    const { db, facts } = this.#options;
    await db.transaction().execute(async (tx) => {
      const gone = await tx
        .deleteFrom('workers')
        .where('name', '=', name)
        .where(sql<boolean>`not ${workerLives}`)
        .returning(['state', 'state_reason'])
        .execute();
      const asked = gone.find(({ state }) => state === 'paused');
      this.#state = asked?.state ?? 'active';
      await tx
        .insertInto('workers')
        .values({
          id: this.id,
          name,
          state: this.#state,
          state_reason: asked?.state_reason ?? null,
          slots: this.#slots,
          facts: JSON.stringify(facts),
          toolchains: JSON.stringify(this.#toolchains),
        })
        .execute();
    });
  }

  async #move(from: readonly WorkerState[], to: WorkerState, reason: string | null): Promise<void> {
    const moved = await this.#options.db
      .updateTable('workers')
      .set({ state: to, state_reason: reason, heartbeat_at: sql`now()` })
      .where('id', '=', this.id)
      .where('state', 'in', from)
      .returning('state')
      .executeTakeFirst();
    if (moved !== undefined) this.#become(moved.state);
  }

  #plan(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(
      () => void this.#beat().finally(() => this.#plan()),
      HEARTBEAT_S * 1000,
    );
  }

  /** One after the other, so that what is said later is what stays; those that wait are one. */
  #beat(): Promise<void> {
    if (this.#nextBeat !== undefined) return this.#nextBeat;
    const beat = this.#lastBeat.then(async () => {
      this.#nextBeat = undefined;
      await this.#tell();
    });
    this.#nextBeat = beat;
    this.#lastBeat = beat;
    return beat;
  }

  async #tell(): Promise<void> {
    if (this.#closed) return;
    try {
      const row = await this.#options.db
        .updateTable('workers')
        .set({
          heartbeat_at: sql`now()`,
          slots: this.#slots,
          toolchains: JSON.stringify(this.#toolchains),
        })
        .where('id', '=', this.id)
        .returning('state')
        .executeTakeFirst();
      if (row !== undefined) this.#become(row.state);
      // Taken for gone, as after a long stop, it was cleared away by the next of its name.
      else await this.#insert();
    } catch (error) {
      this.#options.log.warn('heartbeat-failed', { error });
    }
  }

  #become(state: WorkerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.log.info('worker-state', { workerId: this.id, state });
    for (const callback of [...this.#changes]) callback();
  }
}
