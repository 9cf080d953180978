import { setTimeout as sleep } from 'node:timers/promises';
import {
  startPostgres,
  trimLog,
  type EmbeddedPostgres,
} from '../../database/embedded/embedded-postgres.js';

export interface PostgresWatch {
  readonly dataDirectory: string;
  /** Told of each end that nobody asked for, and of starts that fail. */
  readonly onEnd: (text: string) => void;
}

const LOOK_EVERY_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const TRIM_EVERY_MS = 60_000;

/** Our own server, started again whenever it ends: on the same address, so that clients find it. */
export class SupervisedPostgres {
  readonly #watch: PostgresWatch;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #server: EmbeddedPostgres;

  constructor(server: EmbeddedPostgres, watch: PostgresWatch) {
    this.#server = server;
    this.#watch = watch;
    this.#loop = this.#run();
  }

  /** Ends the looking, not the server: whoever opened it releases it. @returns what to release. */
  async stop(): Promise<EmbeddedPostgres> {
    this.#stopping.abort();
    await this.#loop;
    return this.#server;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let trimAt = Date.now() + TRIM_EVERY_MS;
    let pauseMs = LOOK_EVERY_MS;
    for (;;) {
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      pauseMs = (await this.#look()) ? LOOK_EVERY_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (Date.now() < trimAt) continue;
      trimAt = Date.now() + TRIM_EVERY_MS;
      await trimLog(this.#server.home.logFile).catch(() => undefined);
    }
  }

  /** @returns whether it lives, now. */
  async #look(): Promise<boolean> {
    if (await this.#server.isAlive()) return true;
    this.#watch.onEnd('the database ended; it is started again');
    try {
      await this.#server.stop();
      this.#server = await startPostgres({
        dataDirectory: this.#watch.dataDirectory,
        signal: this.#stopping.signal,
      });
      return true;
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#watch.onEnd((error as Error).message);
      return false;
    }
  }
}
