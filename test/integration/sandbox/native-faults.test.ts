import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxFailure } from '../../../src/judging/ports.js';
import { RootStore } from '../../../src/sandbox/native/root-store.js';
import { thisOwner } from '../../../src/sandbox/owner.js';
import {
  nativeProblem,
  openTestNative,
  testCgroups,
  type TestNative,
} from '../../contracts/native-host.js';
import { LIMITS, MIB, shell, tryOut } from '../../contracts/sandbox-trial.js';
import { atWork, childrenOf, directoriesIn, isAlive, until } from './targets.js';

describe.skipIf(nativeProblem() !== undefined)('a fault of the native driver', () => {
  let opened: TestNative;
  const supervisors = async () =>
    (await Promise.all((await opened.sandbox.launchers()).map(childrenOf))).flat();
  const target = () => ({ ...opened, supervisors });

  beforeAll(async () => {
    opened = await openTestNative({ slotCount: 1 });
  });
  afterAll(async () => {
    await opened.close();
  });
  afterEach(async () => {
    const { stdout } = await tryOut(opened.sandbox, shell('echo fine'));
    expect(stdout.toString()).toBe('fine\n');
    expect(await opened.leftovers()).toEqual([]);
  });

  it('is no verdict when the supervisor is killed from the host, and says so', async () => {
    const { execution, supervisor } = await atWork(target());
    process.kill(supervisor, 'SIGKILL');
    await expect(execution).rejects.toThrow('the supervisor was killed by signal 9');
  });

  it('is no verdict when the launcher is killed in the middle of a run, and takes all with it', async () => {
    const { execution, supervisor, program } = await atWork(target());
    const [launcher = 0] = await opened.sandbox.launchers();
    process.kill(launcher, 'SIGKILL');
    await expect(execution).rejects.toThrow(SandboxFailure);
    await until(() => !isAlive(supervisor) && !isAlive(program));
  });

  it('is no verdict when the container hangs beyond its wall limit', async () => {
    const { execution, supervisor } = await atWork(target(), 'echo running; sleep 60', 1000);
    process.kill(supervisor, 'SIGSTOP');
    await expect(execution).rejects.toThrow('no sign of life');
    expect(isAlive(supervisor)).toBe(false);
  });

  it('kills a container that hangs, when it is given up', async () => {
    const { execution, stop, supervisor } = await atWork(target());
    process.kill(supervisor, 'SIGSTOP');
    stop.abort(new Error('enough'));
    await expect(execution).rejects.toThrow('enough');
    expect(isAlive(supervisor)).toBe(false);
  });

  it('does not use waiting containers that died', async () => {
    opened.sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 2);
    await until(async () => (await supervisors()).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const pid of await supervisors()) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const word of ['one', 'two']) {
      expect((await tryOut(opened.sandbox, shell(`echo ${word}`))).stdout.toString()).toBe(
        `${word}\n`,
      );
    }
  });

  it('is a clear failure when there is no image', async () => {
    const without = await openTestNative({
      slotCount: 1,
      engineId: `test-without-${process.pid}`,
      rootOf: () => Promise.resolve('/no/such/root'),
    });
    await expect(tryOut(without.sandbox, shell('true'))).rejects.toThrow(
      /no launcher: .*no\/such\/root.*No such file/,
    );
    await without.close();
  });

  it('is a clear failure when a mount cannot be made', async () => {
    await expect(
      tryOut(opened.sandbox, shell('true', { limits: { workInodes: -1 } })),
    ).rejects.toThrow(/making the container: \/w: Invalid argument/);
  });

  it('is removed by the next process, when the one that made it is gone', async () => {
    const cgroups = testCgroups(`test-reap-${process.pid}`);
    const [boot, namespace, pid] = (await thisOwner()).split('.');
    const dead = `${String(boot)}.${String(namespace)}.${String(pid)}.1~left`;
    const made = await cgroups.create(dead, 0);
    const [first] = made;
    expect(await readdir(first!.path)).toContain('cgroup.procs');
    expect(await cgroups.reap()).toEqual([dead]);
    await expect(readdir(first!.path)).rejects.toThrow('ENOENT');
    await cgroups.close();
  });

  it('spares the cgroups of processes that live', async () => {
    const cgroups = testCgroups(`test-reap-${process.pid}`);
    const living = `${await thisOwner()}~here`;
    await cgroups.create(living, 0);
    expect(await cgroups.reap()).toEqual([]);
    await cgroups.remove(living);
    await cgroups.close();
  });
});

describe.skipIf(nativeProblem() !== undefined)('the sandbox of a process that is closed', () => {
  it('leaves no launcher, no mount and no cgroup', async () => {
    const opened = await openTestNative({ slotCount: 1, engineId: `test-closed-${process.pid}` });
    await tryOut(opened.sandbox, shell('true'));
    const [launcher = 0] = await opened.sandbox.launchers();
    expect(isAlive(launcher)).toBe(true);
    await opened.close();
    expect(isAlive(launcher)).toBe(false);
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(opened.images.root);
    expect(await directoriesIn(opened.cgroups.pathOf(''))).toEqual([]);
  });
});

describe.skipIf(nativeProblem() !== undefined)('a disk that is full', () => {
  it('is an error that says so, and leaves nothing half unpacked', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'minos-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory]);
    try {
      const store = await RootStore.open(directory);
      const archive = pack();
      archive.entry({ name: 'large' }, Buffer.alloc(MIB));
      archive.finalize();
      const unpacking = store.ensure('minos/large:1', () =>
        Promise.resolve(archive as AsyncIterable<Buffer>),
      );
      await expect(unpacking).rejects.toThrow(
        /the disk is full: minos\/large:1 cannot be unpacked/,
      );
      expect(await readdir(directory)).toEqual([]);
    } finally {
      execFileSync('umount', [directory]);
      await rm(directory, { recursive: true });
    }
  });
});
