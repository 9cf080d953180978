import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { nativeProblem, openTestNative } from '../../contracts/native-host.js';
import { LIMITS, shell, tryOut } from '../../contracts/sandbox-trial.js';
import { directoriesIn, until } from './targets.js';

/** `MINOS_TEST_RUNS=10000` for the long one. */
const EXECUTIONS = Number(process.env['MINOS_TEST_RUNS'] ?? 2000);

/** What grows if something leaks. */
interface Footprint {
  readonly descriptors: number;
  readonly launcherDescriptors: number;
  readonly launcherMounts: number;
  readonly launcherKib: number;
  /** Of the machine, by and for anybody. */
  readonly mounts: number;
  readonly networkNamespaces: number;
  readonly cgroups: number;
}

async function footprint(launcher: number, cgroup: string): Promise<Footprint> {
  const status = await readFile(`/proc/${launcher}/status`, 'utf8');
  const mounts = await readFile(`/proc/${launcher}/mountinfo`, 'utf8');
  const slabs = await readFile('/proc/slabinfo', 'utf8').catch(() => '');
  return {
    descriptors: (await readdir('/proc/self/fd')).length,
    launcherDescriptors: (await readdir(`/proc/${launcher}/fd`)).length,
    launcherMounts: lines(mounts),
    mounts: lines(await readFile('/proc/self/mountinfo', 'utf8')),
    launcherKib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]),
    networkNamespaces: Number(/^net_namespace\s+(\d+)/m.exec(slabs)?.[1] ?? 0),
    cgroups: (await directoriesIn(cgroup)).length,
  };
}

function lines(text: string): number {
  return text.trim().split('\n').length;
}

it.skipIf(nativeProblem() !== undefined)(
  `leaves everything as it was after ${EXECUTIONS} native executions`,
  { timeout: 30 * 60_000 },
  async () => {
    const opened = await openTestNative({ slotCount: 1 });
    const { sandbox } = opened;
    const run = async (script: string) => (await tryOut(sandbox, shell(script))).stdout.toString();
    const atRest = async (): Promise<Footprint> => {
      await until(async () => (await sandbox.containers()).length === 0);
      const [launcher = 0] = await sandbox.launchers();
      const [name = ''] = await directoriesIn(opened.cgroups.pathOf(''));
      return await footprint(launcher, opened.cgroups.pathOf(name));
    };
    try {
      for (let done = 0; done < 50; done += 1) await run('true');
      const before = await atRest();
      sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, EXECUTIONS);
      for (let done = 0; done < EXECUTIONS; done += 1) {
        expect(await run(`echo ${done}`)).toBe(`${done}\n`);
      }
      const after = await atRest();
      console.info(`${EXECUTIONS} executions: ${JSON.stringify({ before, after })}`);
      const { descriptors, launcherKib, networkNamespaces, mounts, ...rest } = after;
      expect(rest).toMatchObject({
        launcherDescriptors: before.launcherDescriptors,
        launcherMounts: before.launcherMounts,
        cgroups: 0,
      });
      expect(descriptors).toBeLessThanOrEqual(before.descriptors + 4);
      expect(launcherKib).toBeLessThanOrEqual(before.launcherKib + 64);
      // Others mount and unmount, too.
      expect(mounts).toBeLessThan(before.mounts + 64);
      expect(networkNamespaces).toBeLessThan(before.networkNamespaces + 64);
    } finally {
      await opened.close();
    }
  },
);
