import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxFailure } from '../../../src/judging/ports.js';
import { DockerClient } from '../../../src/sandbox/docker/docker-client.js';
import {
  bashImage,
  openTestSandbox,
  testClient,
  type TestSandbox,
} from '../../contracts/docker-engine.js';
import { LIMITS, shell, tryOut, type RequestChanges } from '../../contracts/sandbox-trial.js';
import { CuttingProxy } from './cutting-proxy.js';
import { OwnEngine } from './own-engine.js';

const SLEEP = 'echo running; sleep 20; echo done';

/** An execution under way: its program has printed. */
async function underWay(sandbox: TestSandbox['sandbox'], changes: RequestChanges = {}) {
  const running = Promise.withResolvers<undefined>();
  const execution = sandbox.execute(shell(SLEEP, changes), {
    stdout: { write: () => running.resolve(undefined) },
    stderr: { write: () => undefined },
  });
  execution.catch(() => undefined);
  await Promise.race([running.promise, execution]);
  return { execution };
}

describe('a fault of the container', () => {
  let opened: TestSandbox;
  beforeAll(async () => {
    opened = await openTestSandbox({ slotCount: 1 });
  });
  afterAll(async () => {
    await opened.close();
  });
  afterEach(async () => {
    expect(await opened.leftovers()).toEqual([]);
    const { stdout } = await tryOut(opened.sandbox, shell('echo fine'));
    expect(stdout.toString()).toBe('fine\n');
  });

  async function supervisorPid(): Promise<number> {
    const [container] = await opened.client.listByLabel([`minos.run=${opened.sandbox.run}`]);
    const inspection = await opened.client.engine.getContainer(container!.id).inspect();
    return inspection.State.Pid;
  }

  it('is no verdict when the supervisor is killed from the host', async () => {
    const { execution } = await underWay(opened.sandbox);
    process.kill(await supervisorPid(), 'SIGKILL');
    await expect(execution).rejects.toThrow(SandboxFailure);
  });

  it('is no verdict when the shim is killed', async () => {
    const { execution } = await underWay(opened.sandbox);
    const stat = await readFile(`/proc/${await supervisorPid()}/stat`, 'utf8');
    const shim = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    process.kill(shim, 'SIGKILL');
    await expect(execution).rejects.toThrow(SandboxFailure);
  });

  it('is no verdict when the container hangs beyond its wall limit', async () => {
    const { execution } = await underWay(opened.sandbox, { limits: { wallTimeMs: 1000 } });
    process.kill(await supervisorPid(), 'SIGSTOP');
    await expect(execution).rejects.toThrow('no sign of life');
  });

  it('is no verdict when the container is removed by someone else', async () => {
    const { execution } = await underWay(opened.sandbox);
    const [container] = await opened.client.listByLabel([`minos.run=${opened.sandbox.run}`]);
    await opened.client.remove(container!.id);
    await expect(execution).rejects.toThrow(SandboxFailure);
  });
});

describe('a fault of the engine', () => {
  let engine: OwnEngine;
  let image: string;
  let opened: TestSandbox;

  beforeAll(async () => {
    const client = await testClient();
    image = await bashImage(client);
    engine = await OwnEngine.start(client, image);
  });
  afterAll(async () => {
    await engine.stop();
  });
  beforeEach(async () => {
    opened = await openTestSandbox({
      slotCount: 1,
      client: engine.client(),
      imageOf: () => Promise.resolve(image),
    });
  });

  async function expectWorking(sandbox: TestSandbox['sandbox']): Promise<void> {
    expect((await tryOut(sandbox, shell('echo fine'))).stdout.toString()).toBe('fine\n');
  }

  it('is no verdict when the daemon is killed in the middle of a run, and passes when it is back', async () => {
    const { execution } = await underWay(opened.sandbox);
    await engine.kill();
    await expect(execution).rejects.toThrow(SandboxFailure);
    await engine.restart();
    await expectWorking(opened.sandbox);
    await opened.close();
    expect(await engine.client().listByLabel(['minos.engine'])).toEqual([]);
  });

  it('does not use waiting containers that a restart of the daemon took away', async () => {
    opened.sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 3);
    await expectWorking(opened.sandbox);
    await engine.kill();
    await engine.restart();
    await expectWorking(opened.sandbox);
    await expectWorking(opened.sandbox);
    await opened.close();
    expect(await engine.client().listByLabel(['minos.engine'])).toEqual([]);
  });

  it('is no verdict, and soon over, when the daemon hangs', async () => {
    engine.signal('SIGSTOP');
    const startMs = Date.now();
    await expect(tryOut(opened.sandbox, shell('echo x'))).rejects.toThrow(/no answer in/);
    expect(Date.now() - startMs).toBeLessThan(60_000);
    engine.signal('SIGCONT');
    await expectWorking(opened.sandbox);
    await opened.close();
  });

  it('is no verdict when the connection is cut in the middle of output', async () => {
    const path = join(tmpdir(), `minos-proxy-${process.pid}.sock`);
    const proxy = await CuttingProxy.start(engine.host.slice('unix://'.length), path);
    const proxied = await openTestSandbox({
      slotCount: 1,
      client: new DockerClient({ host: proxy.host }),
      imageOf: () => Promise.resolve(image),
    });
    const { execution } = await underWay(proxied.sandbox);
    proxy.cut();
    await expect(execution).rejects.toThrow(SandboxFailure);
    await expectWorking(proxied.sandbox);
    await proxied.close();
    proxy.close();
    await opened.close();
  });

  it('asks for an image again that is gone (F19)', async () => {
    const asked: string[] = [];
    const names = ['minos/removed-meanwhile:0', image];
    const { sandbox, close } = await openTestSandbox({
      slotCount: 1,
      client: engine.client(),
      imageOf: () => Promise.resolve(names[0]!),
      onImageGone(toolchain) {
        asked.push(toolchain);
        names.shift();
      },
    });
    await expectWorking(sandbox);
    expect(new Set(asked)).toEqual(new Set(['bash']));
    await close();
    await opened.close();
  });

  it('is a clear failure when the image is not there', async () => {
    const without = await openTestSandbox({
      slotCount: 1,
      client: engine.client(),
      imageOf: () => Promise.resolve('minos/no-such-image:0'),
    });
    await expect(tryOut(without.sandbox, shell('echo x'))).rejects.toThrow(
      /create a container.*no such image/i,
    );
    await without.close();
    await opened.close();
  });
});
