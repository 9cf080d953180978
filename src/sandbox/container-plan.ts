import { shapeKey } from './container-options.js';
import type { ContainerShape } from '../judging/ports.js';

/*
 * What the pool should make ahead. Pure bookkeeping:
 *
 *   announce(shape, n)   n executions of this shape will follow
 *   next(stock)          the announced shape of which the fewest are in stock
 *   taken(shape)         one of them has come
 *
 * "Fewest first" keeps a run and its validator side by side ready, when both are announced by the
 * dozen; the order of announcing decides among equals, so the compiler's container is first.
 */
interface Demand {
  readonly shape: ContainerShape;
  readonly key: string;
  expected: number;
  lastUsedMs: number;
}

export class ContainerPlan {
  readonly #demands = new Map<string, Demand>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  announce(shape: ContainerShape, count: number): void {
    const demand = this.#demandOf(shape);
    demand.expected += count;
    demand.lastUsedMs = this.#now();
  }

  taken(shape: ContainerShape): void {
    const demand = this.#demands.get(shapeKey(shape));
    if (demand === undefined) return;
    demand.lastUsedMs = this.#now();
    demand.expected -= 1;
    if (demand.expected <= 0) this.#demands.delete(demand.key);
  }

  /** What was announced and never came is not waited for: a judging may end at its first case. */
  forget(key: string): void {
    this.#demands.delete(key);
  }

  next(stockOf: (key: string) => number): ContainerShape | undefined {
    let best: { readonly shape: ContainerShape; readonly stock: number } | undefined;
    for (const { shape, key, expected } of this.#demands.values()) {
      const stock = stockOf(key);
      if (stock < expected && stock < (best?.stock ?? Infinity)) best = { shape, stock };
    }
    return best?.shape;
  }

  /** When a shape was announced or taken last; long ago if nobody waits for it. */
  lastUsedMs(key: string): number {
    return this.#demands.get(key)?.lastUsedMs ?? 0;
  }

  #demandOf(shape: ContainerShape): Demand {
    const key = shapeKey(shape);
    const known = this.#demands.get(key);
    if (known !== undefined) return known;
    const demand = { shape, key, expected: 0, lastUsedMs: 0 };
    this.#demands.set(key, demand);
    return demand;
  }
}
