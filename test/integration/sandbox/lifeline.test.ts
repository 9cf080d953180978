import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerClient } from '../../../src/sandbox/docker/docker-client.js';
import { bashImage, containersOf, testClient } from '../../contracts/docker-engine.js';
import { startVictim } from './victim-process.js';

describe('the end of the process that judges', () => {
  let client: DockerClient;
  let image: string;
  let directory: string;
  beforeAll(async () => {
    client = await testClient();
    image = await bashImage(client);
    directory = await mkdtemp(join(tmpdir(), 'minos-victim-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it.each<['SIGKILL' | 'SIGINT', string]>([
    ['SIGKILL', 'by the lifeline and the daemon'],
    ['SIGINT', 'by its own hands'],
  ])('with %s removes its containers, the waiting too, %s', async (signal) => {
    const victim = startVictim('victim.ts', image, `lifeline-test-${process.pid}`, directory);
    const run = await victim.saysAfter('run ');
    await victim.saysAfter('running');
    expect((await client.listByLabel([`minos.run=${run}`])).length).toBeGreaterThan(0);
    victim.process.kill(signal);
    await once(victim.process, 'exit');
    // A container in the act of being made when its maker died is never started: the next reaps it.
    const left = await containersOf(client, run);
    const states = await client.listByLabel([`minos.run=${run}`]);
    expect(states.filter(({ state }) => state !== 'created')).toEqual([]);
    if (signal === 'SIGINT') expect(left).toEqual([]);
    for (const id of left) await client.remove(id);
  });
});
