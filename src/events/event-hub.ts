import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { EVENTS_CHANNEL } from './append-events.js';
import {
  EVENTS_PAGE,
  eventsAfter,
  submissionsAhead,
  type EventsWanted,
  type StoredEvent,
} from './read-events.js';
import type { Subscribable } from './signals.js';

/*
 * Theory of operation. Every submission that somebody follows has a feed. A notification, a new
 * follower, or one that can take more again makes its feed dirty; a single loop reads the dirty feeds,
 * many with one query, each from the follower that is furthest behind, and hands every follower what
 * it does not have yet. However many follow a submission, a notification costs one query, and however
 * many notifications come, one query is under way. Numbers have no gaps, so nothing is lost or doubled
 * when following begins in the middle. Notifications only save time: what was missed while the
 * connection was gone is found by comparing numbers, after each gap and at every backstop.
 */

export interface Follower {
  /** May it be given more? When it may again, it calls `resume`. */
  isReady(): boolean;
  /** In order, nothing twice. @param caughtUp there were no more when these were read. */
  receive(events: readonly StoredEvent[], caughtUp: boolean): void;
}

export interface Following {
  resume(): void;
  stop(): void;
}

export interface EventHubOptions {
  /** Numbers are compared this often although no notification came. */
  readonly backstopMs?: number;
  /** After a read that failed. */
  readonly retryMs?: number;
  readonly onError?: (error: unknown) => void;
}

interface Place {
  readonly follower: Follower;
  /** The last number it has. */
  after: number;
  /** Has it been told once where it stands? */
  greeted: boolean;
}

type Feed = Set<Place>;

/** Of submissions read with one query. */
const READ_AT_ONCE = 100;

export class EventHub {
  readonly #db: Kysely<Database>;
  readonly #feeds = new Map<string, Feed>();
  readonly #dirty = new Set<string>();
  readonly #stop: () => void;
  readonly #backstop: NodeJS.Timeout;
  readonly #retryMs: number;
  readonly #onError: (error: unknown) => void;
  #reading = false;
  #stopped = false;

  constructor(
    db: Kysely<Database>,
    listener: Subscribable,
    { backstopMs = 15_000, retryMs = 1000, onError = () => undefined }: EventHubOptions = {},
  ) {
    this.#db = db;
    this.#retryMs = retryMs;
    this.#onError = onError;
    this.#stop = listener.subscribe({
      channel: EVENTS_CHANNEL,
      onNotification: (submissionId) => this.#touch(submissionId),
      onGap: () => void this.#compare(),
    });
    this.#backstop = setInterval(() => void this.#compare(), backstopMs).unref();
  }

  /**
   * Hands the follower the events after this number, and then each as it comes. It is called at least
   * once, with nothing when there is nothing.
   */
  follow(submissionId: string, after: number, follower: Follower): Following {
    const place: Place = { follower, after, greeted: false };
    const feed = this.#feeds.get(submissionId) ?? new Set();
    this.#feeds.set(submissionId, feed.add(place));
    this.#touch(submissionId);
    return {
      resume: () => this.#touch(submissionId),
      stop: () => {
        feed.delete(place);
        if (feed.size === 0 && this.#feeds.get(submissionId) === feed) {
          this.#feeds.delete(submissionId);
        }
      },
    };
  }

  /** Submissions that are followed. */
  get size(): number {
    return this.#feeds.size;
  }

  stop(): void {
    this.#stopped = true;
    this.#stop();
    clearInterval(this.#backstop);
    this.#feeds.clear();
    this.#dirty.clear();
  }

  #touch(submissionId: string): void {
    if (!this.#feeds.has(submissionId)) return;
    this.#dirty.add(submissionId);
    if (!this.#reading) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    try {
      // What becomes dirty in this turn of the event loop is read together.
      await Promise.resolve();
      while (this.#dirty.size > 0 && !this.#stopped) await this.#readSome();
    } catch (error) {
      this.#onError(error);
      setTimeout(() => this.#touchAll(), this.#retryMs).unref();
    } finally {
      this.#reading = false;
    }
  }

  async #readSome(): Promise<void> {
    const ids = [...this.#dirty].slice(0, READ_AT_ONCE);
    for (const id of ids) this.#dirty.delete(id);
    const wanted = ids.flatMap((id) => this.#wanted(id));
    if (wanted.length === 0) return;
    const events = Map.groupBy(
      await eventsAfter(this.#db, wanted),
      ({ submissionId }) => submissionId,
    );
    for (const { submissionId, after } of wanted) {
      this.#handOut(submissionId, after, events.get(submissionId) ?? []);
    }
  }

  /** From where the furthest of those that can take more has to be read. */
  #wanted(submissionId: string): readonly EventsWanted[] {
    const ready = [...(this.#feeds.get(submissionId) ?? [])].filter(({ follower }) =>
      follower.isReady(),
    );
    if (ready.length === 0) return [];
    const after = ready.reduce((least, place) => Math.min(least, place.after), Infinity);
    return [{ submissionId, after }];
  }

  #handOut(submissionId: string, after: number, events: readonly StoredEvent[]): void {
    const caughtUp = events.length < EVENTS_PAGE;
    for (const place of [...(this.#feeds.get(submissionId) ?? [])]) {
      // Who came meanwhile, from further behind, made the feed dirty again, and has its turn.
      if (place.after < after || !place.follower.isReady()) continue;
      const news = events.filter(({ sequence }) => sequence > place.after);
      if (news.length === 0 && (place.greeted || !caughtUp)) continue;
      place.after = news.at(-1)?.sequence ?? place.after;
      place.greeted = true;
      place.follower.receive(news, caughtUp);
    }
    if (!caughtUp) this.#dirty.add(submissionId);
  }

  /** Finds the feeds that are behind, with one query for all. */
  async #compare(): Promise<void> {
    if (this.#feeds.size === 0 || this.#stopped) return;
    const wanted = [...this.#feeds.keys()].flatMap((id) => this.#wanted(id));
    try {
      for (const id of await submissionsAhead(this.#db, wanted)) this.#touch(id);
    } catch (error) {
      // The next gap ends, or the next backstop comes.
      this.#onError(error);
    }
  }

  #touchAll(): void {
    for (const id of this.#feeds.keys()) this.#touch(id);
  }
}
