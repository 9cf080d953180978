import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MachineLock } from '../../../../src/cli/engine/machine-lock.js';

const ignore = () => undefined;

describe('the lock of the machine', () => {
  it('lets one in at a time', async () => {
    const name = `test:${randomUUID()}`;
    const order: string[] = [];
    const work = async (who: string) => {
      await using _lock = await MachineLock.acquire(name, 10_000, ignore);
      order.push(`${who} in`);
      await sleep(30);
      order.push(`${who} out`);
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    expect(order).toHaveLength(6);
    for (const index of [0, 2, 4]) {
      expect(order[index + 1]).toBe(order[index]?.replace('in', 'out'));
    }
  });

  it('is free when its owner was killed', async () => {
    const name = `test:${randomUUID()}`;
    const script = `require('net').createServer().listen('\\0minos:${name}', () => console.log('in'))`;
    const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(owner.stdout, 'data');
    let waited = 0;
    const acquired = MachineLock.acquire(name, 10_000, () => (waited += 1));
    await sleep(50);
    owner.kill('SIGKILL');
    await (await acquired)[Symbol.asyncDispose]();
    expect(waited).toBeGreaterThan(0);
  });

  it('gives up in the end', async () => {
    const name = `test:${randomUUID()}`;
    await using _lock = await MachineLock.acquire(name, 1000, ignore);
    await expect(MachineLock.acquire(name, 100, ignore)).rejects.toMatchObject({
      code: 'engine-unavailable',
    });
  });
});
