import { describe, expect, it } from 'vitest';
import { GroupWriter } from '../../../src/submissions/group-writer.js';

/** Writes numbers when it is let; fails for a group with a negative one. */
function gated() {
  const groups: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const write = async (items: readonly number[]): Promise<readonly string[]> => {
    groups.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (items.some((item) => item < 0)) throw new Error(`bad ${items.join()}`);
    return items.map(String);
  };
  const open = async (): Promise<void> => {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { groups, write, open };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('writing in groups', () => {
  it('writes what is alone at once', async () => {
    const { groups, write, open } = gated();
    const writer = new GroupWriter(write);
    const result = writer.add(1);
    await turn();
    expect(groups).toEqual([[1]]);
    await open();
    expect(await result).toBe('1');
  });

  it('writes together what came while others were written, each with its own result', async () => {
    const { groups, write, open } = gated();
    const writer = new GroupWriter(write, { atOnce: 1, most: 3 });
    const results = [writer.add(1)];
    await turn();
    for (const item of [2, 3, 4, 5]) results.push(writer.add(item));
    for (let index = 0; index < 3; index += 1) await open();
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
    expect(await Promise.all(results)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('lets one that is at fault fail alone', async () => {
    const { write, open } = gated();
    const writer = new GroupWriter(write, { atOnce: 1 });
    const results = [1, -2, 3].map((item) => writer.add(item));
    const settled = Promise.allSettled(results);
    for (let index = 0; index < 6; index += 1) {
      await turn();
      await open();
    }
    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('tries nothing again when the database is away: it may have done it', async () => {
    let calls = 0;
    const writer = new GroupWriter<number, string>(() => {
      calls += 1;
      return Promise.reject(new Error('Connection terminated unexpectedly'));
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => writer.add(item)));
    expect(calls).toBe(1);
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('refuses what waits too long for others, and does not write it', async () => {
    const { groups, write, open } = gated();
    const writer = new GroupWriter(write, { atOnce: 1, waitMs: 1 });
    const first = writer.add(1);
    await turn();
    await expect(writer.add(2)).rejects.toMatchObject({ code: 'database-unavailable' });
    await open();
    expect(await first).toBe('1');
    expect(groups).toEqual([[1]]);
  });

  it('refuses more than may wait', async () => {
    const { write, open } = gated();
    const writer = new GroupWriter(write, { atOnce: 1, waiting: 2 });
    const first = writer.add(1);
    await turn();
    const others = [writer.add(2), writer.add(3)];
    await expect(writer.add(4)).rejects.toMatchObject({ code: 'database-unavailable' });
    await open();
    await open();
    expect(await Promise.all([first, ...others])).toEqual(['1', '2', '3']);
  });
});
