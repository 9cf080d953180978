/**
 * Work that several callers want, done once for all of them. Who gives up does not take it from the
 * others; when all have given up, the work is aborted, and waited for.
 */
export class SharedWork<T> {
  readonly #stop = new AbortController();
  readonly #result: Promise<T>;
  #callers = 0;
  #isSettled = false;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#stop.signal).finally(() => {
      this.#isSettled = true;
    });
    // Each caller learns of it; that nobody is left to learn of it is no fault.
    this.#result.catch(() => undefined);
  }

  /** Whether everybody gave up: who comes now must start it again. */
  get isAbandoned(): boolean {
    return this.#stop.signal.aborted;
  }

  /** @throws the signal's reason once it is aborted. */
  async join(signal?: AbortSignal): Promise<T> {
    this.#callers += 1;
    try {
      return await (signal === undefined ? this.#result : this.#resultUnless(signal));
    } finally {
      this.#callers -= 1;
      if (this.#callers === 0 && !this.#isSettled) {
        this.#stop.abort(signal?.reason);
        await Promise.allSettled([this.#result]);
      }
    }
  }

  async #resultUnless(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const gaveUp = Promise.withResolvers<never>();

    const giveUp = (): void => gaveUp.reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([this.#result, gaveUp.promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}

/** Where work under way is looked up: a `Map`, or a `WeakMap` for keys that come and go. */
export interface WorkTable<Key, T> {
  get(key: Key): SharedWork<T> | undefined;
  set(key: Key, work: SharedWork<T>): unknown;
  delete(key: Key): unknown;
}

/** Joins the work of this key, or begins it. Work that failed is forgotten. */
export async function shareWork<Key, T>(
  table: WorkTable<Key, T>,
  key: Key,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const underWay = table.get(key);
  if (underWay !== undefined && !underWay.isAbandoned) return await underWay.join(signal);
  const begun = new SharedWork<T>(async (stop) => {
    try {
      return await work(stop);
    } catch (error) {
      if (table.get(key) === begun) table.delete(key);
      throw error;
    }
  });
  table.set(key, begun);
  return await begun.join(signal);
}
