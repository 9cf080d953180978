/**
 * Fires once when too much time passes between signs of life. It can be paused while nobody but
 * ourselves is to blame.
 */
export class Watchdog implements Disposable {
  readonly #fire: (waitedMs: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #allowedMs = 0;
  #leftMs = 0;
  #resumedAtMs = 0;

  constructor(fire: (waitedMs: number) => void) {
    this.#fire = fire;
  }

  /** Starts anew, with so much time. */
  allow(allowedMs: number): void {
    this.#allowedMs = allowedMs;
    this.#leftMs = allowedMs;
    this.resume();
  }

  /** A sign of life: from now on there is at least so much time. */
  allowAtLeast(allowedMs: number): void {
    if (this.#timer === undefined) return;
    const leftMs = this.#leftMs - (performance.now() - this.#resumedAtMs);
    if (leftMs < allowedMs) this.allow(allowedMs);
  }

  pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= performance.now() - this.#resumedAtMs;
  }

  resume(): void {
    clearTimeout(this.#timer);
    this.#resumedAtMs = performance.now();
    this.#timer = setTimeout(() => this.#fire(this.#allowedMs), Math.max(0, this.#leftMs));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
