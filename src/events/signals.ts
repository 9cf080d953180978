import type { Subscription } from '../database/listener.js';

/** The part of the database's listener that is used. */
export interface Subscribable {
  /** @returns how to end it. */
  subscribe(subscription: Subscription): () => void;
}

/**
 * Tells those who wait for one thing that something of it changed: the payload of a notification
 * names it. After a gap in the notifications everybody is told, and looks for himself.
 */
export class Signals {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #stop: () => void;

  constructor(listener: Subscribable, channel: string) {
    this.#stop = listener.subscribe({
      channel,
      onNotification: (topic) => this.#tell(topic),
      onGap: () => this.#tellAll(),
    });
  }

  /** @returns how to stop listening. */
  on(topic: string, callback: () => void): () => void {
    // A function may listen twice; each stops for itself.
    const listener = (): void => callback();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) {
        this.#listeners.delete(topic);
      }
    };
  }

  /** Topics that somebody listens to. */
  get size(): number {
    return this.#listeners.size;
  }

  stop(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #tell(topic: string): void {
    for (const listener of [...(this.#listeners.get(topic) ?? [])]) listener();
  }

  #tellAll(): void {
    for (const topic of [...this.#listeners.keys()]) this.#tell(topic);
  }
}
