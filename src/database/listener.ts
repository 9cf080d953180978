import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { DeadlineClient } from './deadline-client.js';
import { connectionConfig } from './database.js';

/**
 * One connection that LISTENs, for everything in the process.
 *
 *   connecting ──LISTEN all──► listening ──breaks, or does not answer a ping──► waiting ──► connecting
 *                                  └► onGap of every subscription: something may have been missed
 *
 * Notifications are hints: whoever subscribes looks at the tables, after a gap as after a hint.
 */
export interface Subscription {
  readonly channel: string;
  readonly onNotification: (payload: string) => void;
  /** Listening began, or began again: something may have been missed. */
  readonly onGap: () => void;
}

export interface ListenerOptions {
  readonly url: string;
  /** Told once for each loss of the connection. */
  readonly onError?: (error: Error) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const PING_EVERY_MS = 15_000;
const ANSWER_DEADLINE_MS = 10_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #subscriptions = new Set<Subscription>();
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #loop: Promise<void> | undefined;
  #lastQuery: Promise<unknown> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Connects with the first subscription. @returns how to end it. */
  subscribe(subscription: Subscription): () => void {
    this.#subscriptions.add(subscription);
    if (this.#client !== undefined) void this.#listen(this.#client, subscription);
    this.#loop ??= this.#run();
    return () => {
      this.#subscriptions.delete(subscription);
      const others = [...this.#subscriptions].some(
        ({ channel }) => channel === subscription.channel,
      );
      if (!others)
        void this.#query(this.#client, `unlisten ${quoted(subscription.channel)}`).catch(ignore);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let pauseMs = FIRST_PAUSE_MS;
    while (!isOver(signal)) {
      const client = this.#connect();
      try {
        await client.connect();
        await this.#listenAll(client);
        pauseMs = FIRST_PAUSE_MS;
        await this.#pingWhileOpen(client);
      } catch (error) {
        if (!isOver(signal)) this.#options.onError?.(error as Error);
      } finally {
        this.#client = undefined;
        await client.end().catch(ignore);
      }
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(ignore);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** One at a time, as pg wants them. */
  async #query(client: Client | undefined, text: string): Promise<void> {
    const query = this.#lastQuery.then(() => client?.query(text));
    this.#lastQuery = query.catch(ignore);
    await query;
  }

  #connect(): Client {
    const client = new DeadlineClient({
      ...connectionConfig({ url: this.#options.url, name: 'minos listener' }),
      query_timeout: ANSWER_DEADLINE_MS,
    });
    client.on('error', ignore);
    // Nobody waits for the answers of the connection before.
    this.#lastQuery = Promise.resolve();
    client.on('notification', ({ channel, payload = '' }) => {
      for (const one of this.#subscriptions)
        if (one.channel === channel) one.onNotification(payload);
    });
    return client;
  }

  async #listenAll(client: Client): Promise<void> {
    // From here on `subscribe` listens itself.
    this.#client = client;
    await Promise.all([...this.#subscriptions].map((one) => this.#listen(client, one)));
  }

  /** A LISTEN that fails ends with its connection, and is done again on the next. */
  async #listen(client: Client, subscription: Subscription): Promise<void> {
    try {
      await this.#query(client, `listen ${quoted(subscription.channel)}`);
    } catch {
      await client.end().catch(ignore);
      return;
    }
    if (this.#subscriptions.has(subscription)) subscription.onGap();
  }

  /** A connection whose other end is gone without a word says nothing: it has to be asked. */
  async #pingWhileOpen(client: Client): Promise<void> {
    const ended = new AbortController();
    client.once('end', () => ended.abort());
    const signal = AbortSignal.any([ended.signal, this.#closing.signal]);
    while (!isOver(signal)) {
      await sleep(PING_EVERY_MS, undefined, { signal }).catch(ignore);
      if (!isOver(signal)) await this.#query(client, 'select 1');
    }
    if (!this.#closing.signal.aborted) throw new Error('Connection terminated');
  }
}

function quoted(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}

/** It changes while we wait, which the type checker does not know. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

function ignore(): void {
  // Whatever it is, the connection is made anew.
}
