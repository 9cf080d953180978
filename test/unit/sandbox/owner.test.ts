import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isDead, thisOwner } from '../../../src/sandbox/owner.js';

describe('an owner', () => {
  it('is alive while its process is', async () => {
    expect(await isDead(await thisOwner())).toBe(false);
  });

  it('is dead when its process has ended', async () => {
    const child = spawn('/bin/true');
    await once(child, 'exit');
    const [boot, namespace] = (await thisOwner()).split('.');
    expect(await isDead([boot, namespace, child.pid, 1].join('.'))).toBe(true);
  });

  it('is dead when its PID belongs to a later process', async () => {
    const [boot, namespace, pid, start] = (await thisOwner()).split('.');
    const earlier = [boot, namespace, pid, Number(start) - 1].join('.');
    expect(await isDead(earlier)).toBe(true);
  });

  it('is dead when the machine has been started anew', async () => {
    const [, ...rest] = (await thisOwner()).split('.');
    expect(await isDead(['another-boot', ...rest].join('.'))).toBe(true);
  });

  it('counts as alive where its processes cannot be seen', async () => {
    const [boot, , pid] = (await thisOwner()).split('.');
    expect(await isDead([boot, '1', pid, '1'].join('.'))).toBe(false);
  });

  it.each(['', 'nonsense', 'a.b', 'a.b.c.d.e'])('counts as alive if it reads %j', async (owner) => {
    expect(await isDead(owner)).toBe(false);
  });
});
