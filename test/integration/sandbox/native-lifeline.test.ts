import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  nativeImages,
  nativeProblem,
  testCgroups,
  type NativeImages,
} from '../../contracts/native-host.js';
import { childrenOf, directoriesIn, isAlive, until } from './targets.js';
import { startVictim } from './victim-process.js';

const ENGINE = `lifeline-native-${process.pid}`;

describe.skipIf(nativeProblem() !== undefined)(
  'the end of the process that judges natively',
  () => {
    let images: NativeImages;
    beforeAll(async () => {
      images = await nativeImages();
    });
    afterEach(async () => {
      await testCgroups(ENGINE).reap();
      await testCgroups(ENGINE).close();
    });

    const cgroups = () => directoriesIn(testCgroups(ENGINE).pathOf(''));

    async function victimAtWork() {
      const victim = startVictim('native-victim.ts', images.root, images.launcher, ENGINE);
      const launcher = Number(await victim.saysAfter('launcher '));
      await victim.saysAfter('running');
      const supervisors = await childrenOf(launcher);
      const programs = (await Promise.all(supervisors.map(childrenOf))).flat();
      expect(programs.length).toBeGreaterThan(0);
      return { victim, launcher, all: [launcher, ...supervisors, ...programs] };
    }

    it.each<['SIGKILL' | 'SIGINT', string]>([
      ['SIGKILL', 'by the lifeline'],
      ['SIGINT', 'by its own hands'],
    ])('with %s leaves no process and no cgroup, %s', async (signal) => {
      const { victim, all } = await victimAtWork();
      victim.process.kill(signal);
      await once(victim.process, 'exit');
      await until(() => !all.some(isAlive));
      const [left] = await cgroups();
      // The launcher removes its containers' cgroups; its own is found by the next process.
      if (left !== undefined) expect(await testCgroups(ENGINE).containers(left)).toEqual([]);
      if (signal === 'SIGINT') expect(left).toBeUndefined();
    });

    it('leaves no process even when the launcher is killed first, and cgroups to the next', async () => {
      const { victim, launcher, all } = await victimAtWork();
      victim.process.kill('SIGSTOP');
      process.kill(launcher, 'SIGKILL');
      victim.process.kill('SIGKILL');
      await once(victim.process, 'exit');
      await until(() => !all.some(isAlive));
      expect(await cgroups()).toHaveLength(1);
      expect(await testCgroups(ENGINE).reap()).toHaveLength(1);
      expect(await cgroups()).toEqual([]);
    });
  },
);
