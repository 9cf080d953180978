import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

const EVERY_MS = 10 * 60_000;

/** Removes what nobody asks for any more, now and then. Every API process may do it. */
export class RegularSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #what: string;
  readonly #sweep: () => Promise<void>;
  readonly #logger = new Logger('sweep');
  #timer: NodeJS.Timeout | undefined;

  constructor(what: string, sweep: () => Promise<void>) {
    this.#what = what;
    this.#sweep = sweep;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#sweep().catch((error: unknown) =>
        this.#logger.warn({ event: 'not-swept', what: this.#what, error }),
      );
    }, EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }
}
