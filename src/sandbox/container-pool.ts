import { SandboxFailure, type ContainerShape } from '../judging/ports.js';
import { shapeKey } from './container-options.js';
import type { Slot } from './slots.js';
import { ContainerPlan } from './container-plan.js';

/** A container that waits for its one job. */
export interface WarmContainer {
  readonly isWarm: boolean;
  readonly ended: Promise<void>;
  discard(): Promise<void>;
}

export interface ContainerPoolOptions<C extends WarmContainer> {
  readonly slots: readonly Slot[];
  readonly open: (shape: ContainerShape, slot: Slot) => Promise<C>;
  /** Ready or being made, per slot. */
  readonly ahead: number;
  /** How many are made at once. */
  readonly concurrency: number;
  /** A container that nobody took for so long is removed. */
  readonly maxAgeMs: number;
  readonly now?: () => number;
}

interface Entry<C> {
  readonly key: string;
  readonly slot: Slot;
  readonly bornMs: number;
  readonly opening: Promise<C>;
  /** Once it is there. */
  container?: C;
}

const SWEEP_INTERVAL_MS = 15_000;
/** A shape unused for so long gives up its place to one that is wanted. */
const IDLE_MS = 10_000;

/**
 * Makes containers ahead of need, so that nobody waits for the daemon. A container belongs to its
 * slot from birth, fits one shape only, and is handed out once. Failures in making ahead are
 * silent: whoever takes next makes one himself and learns of it.
 */
export class ContainerPool<C extends WarmContainer> {
  readonly #options: ContainerPoolOptions<C>;
  readonly #now: () => number;
  readonly #plan: ContainerPlan;
  readonly #entries = new Set<Entry<C>>();
  readonly #removals = new Set<Promise<void>>();
  readonly #sweeper: NodeJS.Timeout;
  #beingMade = 0;
  #pauses = 0;
  #closed = false;

  constructor(options: ContainerPoolOptions<C>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#plan = new ContainerPlan(this.#now);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
  }

  /** A hint: so many of this shape will be taken soon. */
  prepare(shape: ContainerShape, count: number): void {
    this.#plan.announce(shape, count);
    this.#fill();
  }

  /** Whether one of this shape and slot is ready, or being made. */
  has(shape: ContainerShape, slot: Slot): boolean {
    const key = shapeKey(shape);
    return this.#stock((entry) => entry.key === key && entry.slot === slot) > 0;
  }

  /** A warm container of this shape and slot, ready made or made now. */
  async take(shape: ContainerShape, slot: Slot): Promise<C> {
    if (this.#closed) throw new SandboxFailure('the sandbox is closed');
    this.#plan.taken(shape);
    try {
      return (await this.#takeReady(shapeKey(shape), slot)) ?? (await this.#openNow(shape, slot));
    } finally {
      this.#fill();
    }
  }

  /** Stops making ahead, and resolves when nothing is being made. */
  async pause(): Promise<void> {
    this.#pauses += 1;
    await Promise.allSettled([...this.#entries].map((entry) => entry.opening));
    await Promise.allSettled(this.#removals);
  }

  resume(): void {
    this.#pauses -= 1;
    this.#fill();
  }

  /** Removes what is ready; what is being made is removed once it is there. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    for (const entry of this.#entries) this.#drop(entry);
    await Promise.all(this.#removals);
  }

  async #takeReady(key: string, slot: Slot): Promise<C | undefined> {
    const fitting = [...this.#entries].filter((entry) => entry.key === key && entry.slot === slot);
    // Insertion order: the oldest first, and those being made after those ready.
    for (const entry of [...fitting.filter(isReady), ...fitting.filter((each) => !isReady(each))]) {
      if (!this.#entries.delete(entry)) continue;
      const container = await entry.opening.catch(() => undefined);
      if (container?.isWarm === true) return container;
      if (container !== undefined) this.#remove(container);
    }
    return undefined;
  }

  async #openNow(shape: ContainerShape, slot: Slot): Promise<C> {
    this.#beingMade += 1;
    try {
      return await this.#options.open(shape, slot);
    } finally {
      this.#beingMade -= 1;
    }
  }

  #fill(): void {
    while (!this.#closed && this.#pauses === 0 && this.#beingMade < this.#options.concurrency) {
      const slot = this.#emptiestSlot();
      const shape = this.#plan.next((key) => this.#stock((entry) => entry.key === key));
      if (shape === undefined) return;
      if (this.#stockOf(slot) >= this.#options.ahead && !this.#makeRoom(slot, shape)) return;
      this.#openAhead(shape, slot);
    }
  }

  #openAhead(shape: ContainerShape, slot: Slot): void {
    const key = shapeKey(shape);
    const opening = this.#openNow(shape, slot);
    const entry: Entry<C> = { key, slot, bornMs: this.#now(), opening };
    this.#entries.add(entry);
    opening.then(
      (container) => {
        entry.container = container;
        // The daemon may have been restarted, and every container with it.
        void container.ended.then(() => {
          if (this.#entries.delete(entry)) this.#remove(container);
        });
        this.#fill();
      },
      () => {
        this.#entries.delete(entry);
        this.#plan.forget(key);
        this.#fill();
      },
    );
  }

  /** For a shape of which nothing is in stock, an idle one gives way. */
  #makeRoom(slot: Slot, shape: ContainerShape): boolean {
    if (this.#stock((entry) => entry.key === shapeKey(shape)) > 0) return false;
    const idle = [...this.#entries]
      .filter((entry) => entry.slot === slot && isReady(entry))
      .toSorted((a, b) => this.#plan.lastUsedMs(a.key) - this.#plan.lastUsedMs(b.key))
      .find((entry) => this.#now() - this.#plan.lastUsedMs(entry.key) > IDLE_MS);
    if (idle === undefined) return false;
    this.#drop(idle);
    return true;
  }

  #sweep(): void {
    for (const entry of this.#entries) {
      if (this.#now() - entry.bornMs < this.#options.maxAgeMs) continue;
      this.#plan.forget(entry.key);
      this.#drop(entry);
    }
    this.#fill();
  }

  #drop(entry: Entry<C>): void {
    this.#entries.delete(entry);
    this.#track(entry.opening.then((container) => container.discard()));
  }

  #remove(container: C): void {
    this.#track(container.discard());
  }

  /** What cannot be removed now is found by the reaper. */
  #track(removal: Promise<void>): void {
    const settled = removal
      .catch(() => undefined)
      .finally(() => {
        this.#removals.delete(settled);
      });
    this.#removals.add(settled);
  }

  #emptiestSlot(): Slot {
    const [first, ...others] = this.#options.slots;
    if (first === undefined) throw new SandboxFailure('the sandbox has no slot');
    return others.reduce((a, b) => (this.#stockOf(b) < this.#stockOf(a) ? b : a), first);
  }

  #stockOf(slot: Slot): number {
    return this.#stock((entry) => entry.slot === slot);
  }

  #stock(matches: (entry: Entry<C>) => boolean): number {
    let count = 0;
    for (const entry of this.#entries) if (matches(entry)) count += 1;
    return count;
  }
}

function isReady(entry: { readonly container?: unknown }): boolean {
  return entry.container !== undefined;
}
