import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../src/judging/in-order.js';

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('working in order', () => {
  it('yields results in the order of the items, whatever ends first, never more than width at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5)),
        fc.integer({ min: 1, max: 4 }),
        async (delays, width) => {
          let underWay = 0;
          let most = 0;
          const work = async (delay: number): Promise<number> => {
            underWay += 1;
            most = Math.max(most, underWay);
            for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
            underWay -= 1;
            return delay;
          };
          expect(await collect(inOrder(delays, width, work))).toEqual(delays);
          expect(most).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('throws the failure of an item in its turn', async () => {
    const work = (item: number): Promise<number> =>
      item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item);
    const seen: number[] = [];
    const failing = (async () => {
      for await (const result of inOrder([1, 2, 3], 3, work)) seen.push(result);
    })();
    await expect(failing).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });

  it('aborts and awaits what is under way when the consumer stops', async () => {
    let ended = 0;
    const work = (item: number, signal: AbortSignal): Promise<number> =>
      item === 0
        ? Promise.resolve(0)
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              setTimeout(() => {
                ended += 1;
                reject(new Error('aborted'));
              }, 5);
            });
          });
    for await (const result of inOrder([0, 1, 2], 3, work)) if (result === 0) break;
    expect(ended).toBe(2);
  });
});
