import type { Slot } from './slots.js';

/** A slot that is ours until released. */
export interface SlotLease {
  readonly slot: Slot;
  release(): void;
}

export interface SlotWish {
  readonly alone: boolean;
  /** Taken rather than others, if free. */
  readonly prefers?: (slot: Slot) => boolean;
  readonly signal?: AbortSignal;
}

interface Waiter extends SlotWish {
  grant(slot: Slot): void;
}

/**
 * Hands out slots in the order of asking. Who asks to be alone waits until nothing else runs, and
 * nobody who asked later overtakes.
 */
export class SlotGate {
  readonly #free: Slot[];
  readonly #total: number;
  readonly #waiting: Waiter[] = [];
  #alone = false;

  constructor(slots: readonly Slot[]) {
    this.#free = [...slots];
    this.#total = slots.length;
  }

  /** @throws the signal's reason if it is aborted while waiting. */
  async acquire(wish: SlotWish): Promise<SlotLease> {
    const { signal } = wish;
    signal?.throwIfAborted();
    const slot = await new Promise<Slot>((resolve, reject) => {
      const waiter: Waiter = {
        ...wish,
        grant(granted) {
          signal?.removeEventListener('abort', giveUp);
          resolve(granted);
        },
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller's own reason
        reject(signal?.reason);
        this.#grant();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
      this.#grant();
    });
    return { slot, release: this.#releaser(slot) };
  }

  #grant(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#alone) return;
      if (first.alone && this.#free.length < this.#total) return;
      const slot = this.#free.find((free) => first.prefers?.(free)) ?? this.#free[0];
      if (slot === undefined) return;
      this.#free.splice(this.#free.indexOf(slot), 1);
      this.#waiting.shift();
      this.#alone = first.alone;
      first.grant(slot);
    }
  }

  #releaser(slot: Slot): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#alone = false;
      this.#free.unshift(slot);
      this.#grant();
    };
  }
}
