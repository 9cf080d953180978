import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

const EVERY_MS = 10 * 60_000;

/** Removes what nobody asks for any more, now and then. Every API process may do it. */
export class RegularSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #what: string;
  readonly #sweep: () => Promise<number>;
  readonly #everyMs: number;
  readonly #logger = new Logger('sweep');
  #timer: NodeJS.Timeout | undefined;

  /** @param sweep gives how many it removed. */
  constructor(what: string, sweep: () => Promise<number>, everyMs = EVERY_MS) {
    this.#what = what;
    this.#sweep = sweep;
    this.#everyMs = everyMs;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#run(), this.#everyMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #run(): Promise<void> {
    const what = this.#what;
    try {
      const removed = await this.#sweep();
      if (removed > 0) this.#logger.log({ event: 'swept', what, removed });
    } catch (error) {
      this.#logger.warn({ event: 'not-swept', what, error });
    }
  }
}
