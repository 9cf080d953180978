import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerClient } from '../../../src/sandbox/docker/docker-client.js';
import { LABELS } from '../../../src/sandbox/docker/container-labels.js';
import { openTestSandbox, testClient } from '../../contracts/docker-engine.js';
import { LIMITS, shell, tryOut } from '../../contracts/sandbox-trial.js';
import { CuttingProxy } from './cutting-proxy.js';

const SOCKET = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').slice(
  'unix://'.length,
);
const GONE = { timeout: 60_000, interval: 250 };
const REMOVAL = /^DELETE /;

describe('a removal that the daemon never answers (F22)', () => {
  let directory: string;
  let proxy: CuttingProxy;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-stuck-'));
    proxy = await CuttingProxy.start(SOCKET, join(directory, 'docker.sock'));
  });
  afterAll(async () => {
    proxy.close();
    await rm(directory, { recursive: true });
  });

  async function open() {
    const stuck: string[] = [];
    const opened = await openTestSandbox({
      slotCount: 1,
      client: new DockerClient({ host: proxy.host, deadlines: { removalMs: 1000 } }),
      onStuck: (message) => stuck.push(message),
    });
    const direct = await testClient();
    const containers = async () => {
      const found = await direct.listByLabel([`${LABELS.run}=${opened.sandbox.run}`]);
      return found.map(({ id }) => id);
    };
    /** A supervisor that hangs, so that only a removal ends it. */
    const hang = async () => {
      const running = Promise.withResolvers<undefined>();
      const execution = opened.sandbox.execute(
        shell('echo running; sleep 100', { limits: { wallTimeMs: 1000 } }),
        { stdout: { write: () => running.resolve(undefined) }, stderr: { write: () => undefined } },
      );
      execution.catch(() => undefined);
      await running.promise;
      const [hung = ''] = await containers();
      const { State } = await direct.engine.getContainer(hung).inspect();
      process.kill(State.Pid, 'SIGSTOP');
      return { execution, hung };
    };
    return { ...opened, stuck, containers, hang };
  }

  it('does not hold the slot, is told, and is made up for when the daemon answers again', async () => {
    const { sandbox, stuck, containers, hang, close } = await open();
    proxy.swallows = REMOVAL;
    const { execution, hung } = await hang();
    await expect(execution).rejects.toThrow('no sign of life');
    const { stdout } = await tryOut(sandbox, shell('echo next'));
    expect(stdout.toString()).toBe('next\n');
    await expect.poll(() => stuck.length, GONE).toBeGreaterThan(0);
    expect(stuck[0]).toMatch(/Docker could not remove a container: no answer in 1 s/);
    expect(await containers()).toContain(hung);
    proxy.swallows = undefined;
    await expect.poll(containers, GONE).toEqual([]);
    await close();
  });

  it('does not keep the sandbox from closing', async () => {
    const { sandbox, containers, hang, close } = await open();
    proxy.swallows = REMOVAL;
    const { execution } = await hang();
    sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 2);
    await expect(execution).rejects.toThrow('no sign of life');
    await close();
    expect(proxy.swallowed).toBeGreaterThan(0);
    proxy.swallows = undefined;
    const direct = await testClient();
    for (const id of await containers()) await direct.remove(id);
  });
});
