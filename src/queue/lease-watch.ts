import type { Queue } from './queue.js';

const EVERY_MS = 5000;
/** No job's id: asking for it shows whether the database answers. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Frees the jobs whose leases were not renewed, again and again, in every process. After an outage of
 * the database nobody could renew: the leases get one more turn.
 */
export class LeaseWatch {
  readonly #queue: Pick<Queue, 'ahead' | 'expire'>;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #answeredAtMs = -Infinity;

  constructor(
    queue: Pick<Queue, 'ahead' | 'expire'>,
    onError: (error: unknown) => void = () => undefined,
  ) {
    this.#queue = queue;
    this.#onError = onError;
  }

  start(everyMs = EVERY_MS): void {
    const run = (): void => {
      this.#turn = this.#look(everyMs)
        .catch(this.#onError)
        .finally(() => {
          if (this.#timer !== undefined) this.#timer = setTimeout(run, everyMs).unref();
        });
    };
    this.#timer = setTimeout(run, 0);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#turn;
  }

  async #look(everyMs: number): Promise<void> {
    await this.#queue.ahead(NOBODY);
    const silentMs = performance.now() - this.#answeredAtMs;
    this.#answeredAtMs = performance.now();
    if (silentMs <= 2 * everyMs) await this.#queue.expire();
  }
}
