import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, type CliContext } from '../../../src/cli/context.js';
import { openJudgingEngine } from '../../../src/cli/judging-engine.js';
import { SILENT } from '../../../src/cli/progress.js';
import { LABELS } from '../../../src/sandbox/docker/container-labels.js';
import type { DockerClient } from '../../../src/sandbox/docker/docker-client.js';
import { preflight } from '../../../src/sandbox/native/preflight.js';
import { testClient } from '../../contracts/docker-engine.js';
import { nativeProblem } from '../../contracts/native-host.js';
import { childrenOf, directoriesIn, isAlive, until } from './targets.js';
import { startVictim } from './victim-process.js';

const GONE = { timeout: 60_000, interval: 250 };

describe.skipIf(nativeProblem() !== undefined)(
  'a process that is killed with containers of both drivers alive',
  () => {
    let client: DockerClient;
    let dataDirectory: string;
    let context: CliContext;
    beforeAll(async () => {
      client = await testClient();
      dataDirectory = await mkdtemp(join(tmpdir(), 'minos-both-'));
      const { config, ...rest } = await createContext({}, new AbortController().signal);
      const { MINOS_TEST_BASE: base = config.images.base } = process.env;
      const images = { ...config.images, base };
      context = { ...rest, progress: SILENT, config: { ...config, dataDirectory, images } };
    });
    afterAll(async () => {
      await rm(dataDirectory, { recursive: true });
    });

    const containersOf = async (pid: number): Promise<readonly string[]> => {
      const all = await client.listByLabel([LABELS.owner]);
      return all
        .filter(({ labels }) => labels[LABELS.owner]?.split('.')[2] === String(pid))
        .map(({ id }) => id);
    };

    /** Cgroups, in every hierarchy, of what a process made. */
    async function cgroupsOf(pid: number): Promise<readonly string[]> {
      const found = preflight();
      if (found.kind === 'unfit') throw new Error(found.why);
      const left: string[] = [];
      for (const { path } of found.cgroups.hierarchies) {
        for (const engine of await directoriesIn(join(path, 'minos'))) {
          for (const name of await directoriesIn(join(path, 'minos', engine))) {
            if (name.split('.')[2] === String(pid)) left.push(join(path, 'minos', engine, name));
          }
        }
      }
      return left;
    }

    /** Network namespaces in use, by any process. */
    async function networks(): Promise<ReadonlySet<string>> {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const links = pids.map((pid) => readlink(`/proc/${pid}/ns/net`).catch(() => ''));
      return new Set(await Promise.all(links));
    }

    it.each(['native', 'docker'] as const)(
      'leaves nothing once another has started, with the %s driver',
      async (driver) => {
        const victim = startVictim('both-victim.ts', dataDirectory);
        const launcher = Number(await victim.saysAfter('launcher '));
        await victim.saysAfter('running docker');
        const pid = victim.process.pid ?? 0;
        const containers = await containersOf(pid);
        const inspections = await Promise.all(
          containers.map((id) => client.engine.getContainer(id).inspect()),
        );
        const native = await childrenOf(launcher);
        const supervisors = [...native, ...inspections.map(({ State }) => State.Pid)];
        const programs = (await Promise.all(supervisors.map(childrenOf))).flat();
        expect(programs).toHaveLength(2);
        const all = [launcher, ...supervisors, ...programs].filter((each) => each > 0);
        const own = await Promise.all(supervisors.map((each) => readlink(`/proc/${each}/ns/net`)));

        // Nothing of theirs can clear up after itself.
        for (const each of supervisors) process.kill(each, 'SIGSTOP');
        process.kill(launcher, 'SIGSTOP');
        victim.process.kill('SIGKILL');
        await once(victim.process, 'exit');
        process.kill(launcher, 'SIGKILL');
        expect(await containersOf(pid)).not.toEqual([]);
        expect(await cgroupsOf(pid)).not.toEqual([]);
        expect(await readdir(join(dataDirectory, 'scratch'))).toHaveLength(1);

        const { config } = context;
        const engine = await openJudgingEngine({
          ...context,
          config: { ...config, sandbox: { ...config.sandbox, driver } },
        });
        await expect.poll(() => containersOf(pid), GONE).toEqual([]);
        await expect.poll(() => cgroupsOf(pid), GONE).toEqual([]);
        await until(() => !all.some(isAlive));
        const inUse = await networks();
        expect(own.filter((each) => inUse.has(each))).toEqual([]);
        expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(dataDirectory);
        await engine[Symbol.asyncDispose]();
        expect(await readdir(join(dataDirectory, 'scratch'))).toEqual([]);
      },
    );
  },
);
