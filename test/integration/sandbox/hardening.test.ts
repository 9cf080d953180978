import { readFile, readlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/sandbox/docker/container-labels.js';
import { openTestSandbox, type TestSandbox } from '../../contracts/docker-engine.js';
import { LIMITS, MIB, shell, tryOut } from '../../contracts/sandbox-trial.js';

/** What of `docker inspect` is looked at. */
interface Inspection {
  readonly State: { readonly Pid: number };
  readonly HostConfig: Record<string, unknown>;
  readonly Config: Record<string, unknown> & { readonly Labels: Record<string, string> };
  readonly NetworkSettings: { readonly Networks: Record<string, unknown> };
}

/** A container at work, looked at from outside. */
describe('a container at work', () => {
  let opened: TestSandbox;
  let stop: AbortController;
  let execution: Promise<unknown>;
  let inspection: Inspection;
  let supervisor: number;
  let program: number;

  beforeAll(async () => {
    opened = await openTestSandbox({ slotCount: 1 });
    stop = new AbortController();
    const running = Promise.withResolvers<undefined>();
    execution = opened.sandbox
      .execute(
        shell('echo running; sleep 100', { limits: { wallTimeMs: 100_000 } }),
        { stdout: { write: () => running.resolve(undefined) }, stderr: { write: () => undefined } },
        stop.signal,
      )
      .catch(() => undefined);
    await running.promise;
    const [found] = await opened.client.listByLabel([`${LABELS.run}=${opened.sandbox.run}`]);
    inspection = (await opened.client.engine.getContainer(found!.id).inspect()) as never;
    supervisor = inspection.State.Pid;
    const children = await readFile(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8');
    program = Number(children.trim().split(' ')[0]);
  });
  afterAll(async () => {
    stop.abort();
    await execution;
    await opened.close();
  });

  const statusOf = async (pid: number, field: string): Promise<string | undefined> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
  };
  const mountOf = async (point: string): Promise<string> => {
    const mounts = await readFile(`/proc/${supervisor}/mountinfo`, 'utf8');
    return mounts.split('\n').find((line) => line.split(' ')[4] === point) ?? '';
  };

  it('has a supervisor with the three capabilities that it needs', async () => {
    // CAP_KILL 5, CAP_SETGID 6, CAP_SETUID 7
    for (const set of ['CapEff', 'CapPrm', 'CapBnd']) {
      expect(Number.parseInt((await statusOf(supervisor, set)) ?? '', 16)).toBe(0b1110_0000);
    }
  });

  it('has a program without any, of the uid of its slot', async () => {
    for (const set of ['CapInh', 'CapEff', 'CapPrm', 'CapAmb']) {
      expect(await statusOf(program, set)).toBe('0'.repeat(16));
    }
    expect(await statusOf(program, 'Uid')).toBe('64000\t64000\t64000\t64000');
    expect(await statusOf(program, 'Gid')).toBe('64000\t64000\t64000\t64000');
    expect((await statusOf(program, 'Groups'))?.trim()).toBe('');
  });

  it('gains no privileges and filters system calls, in both', async () => {
    for (const pid of [supervisor, program]) {
      expect(await statusOf(pid, 'NoNewPrivs')).toBe('1');
      expect(await statusOf(pid, 'Seccomp')).toBe('2');
    }
    expect(Number(await statusOf(program, 'Seccomp_filters'))).toBeGreaterThan(
      Number(await statusOf(supervisor, 'Seccomp_filters')),
    );
  });

  it('shares no namespace with the host', async () => {
    for (const name of ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup']) {
      const inside = await readlink(`/proc/${supervisor}/ns/${name}`);
      expect(inside).not.toBe(await readlink(`/proc/self/ns/${name}`));
      expect(await readlink(`/proc/${program}/ns/${name}`)).toBe(inside);
    }
  });

  it('has no network interface but a loopback of its own, and no route', async () => {
    const devices = await readFile(`/proc/${supervisor}/net/dev`, 'utf8');
    const names = devices
      .split('\n')
      .slice(2)
      .map((line) => line.split(':')[0]?.trim());
    expect(names.filter((name) => name !== '')).toEqual(['lo']);
    const routes = await readFile(`/proc/${supervisor}/net/route`, 'utf8');
    expect(routes.trim().split('\n')).toHaveLength(1);
  });

  it('has a root that cannot be written, and two file systems of its own that can', async () => {
    expect(await mountOf('/')).toMatch(/ \/ ro[, ]/);
    expect(await mountOf('/box')).toMatch(/rw,nosuid,nodev[, ].* - tmpfs /);
    expect(await mountOf('/box')).not.toContain('noexec');
    expect(await mountOf('/w')).toMatch(
      /rw,nosuid,nodev,noexec[, ].* - tmpfs .*uid=64000,gid=64000/,
    );
    expect(await mountOf('/dev/shm')).toBe('');
  });

  it('runs on the core of its slot only, and goes first when memory runs out', async () => {
    expect(await statusOf(program, 'Cpus_allowed_list')).toMatch(/^\d+$/);
    expect(Number(await readFile(`/proc/${supervisor}/oom_score_adj`, 'utf8'))).toBe(500);
    expect(Number(await readFile(`/proc/${program}/oom_score_adj`, 'utf8'))).toBe(1000);
  });

  it('has the limits of its execution', async () => {
    const limits = await readFile(`/proc/${program}/limits`, 'utf8');
    expect(limits).toMatch(/Max core file size\s+0\s+0/);
    expect(limits).toMatch(/Max locked memory\s+0\s+0/);
    expect(limits).toMatch(
      new RegExp(`Max open files\\s+${LIMITS.openFiles}\\s+${LIMITS.openFiles}`),
    );
    expect(limits).toMatch(
      new RegExp(`Max file size\\s+${LIMITS.fileBytes}\\s+${LIMITS.fileBytes}`),
    );
    expect(limits).toMatch(/Max msgqueue size\s+0\s+0/);
    expect(inspection.HostConfig).toMatchObject({
      Memory: LIMITS.memoryBytes + 12 * MIB,
      MemorySwap: LIMITS.memoryBytes + 12 * MIB,
      PidsLimit: LIMITS.processes + 2,
      NanoCpus: 0,
    });
  });

  it('is what the hardening table says, also in the words of the daemon', () => {
    expect(inspection.HostConfig).toMatchObject({
      Privileged: false,
      AutoRemove: true,
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      NetworkMode: 'none',
      IpcMode: 'none',
      CgroupnsMode: 'private',
      PidMode: '',
      UTSMode: '',
      Binds: null,
      Devices: null,
      LogConfig: { Type: 'none' },
    });
    expect(inspection.Config).toMatchObject({ WorkingDir: '', OpenStdin: true, StdinOnce: true });
    expect(inspection.Config.Labels).toMatchObject({
      [LABELS.engine]: `test-${process.pid}`,
      [LABELS.run]: opened.sandbox.run,
    });
  });
});

describe('a program in a container', () => {
  let opened: TestSandbox;
  beforeAll(async () => {
    opened = await openTestSandbox({ slotCount: 1 });
  });
  afterAll(async () => {
    await opened.close();
  });
  const run = async (...args: Parameters<typeof shell>) =>
    (await tryOut(opened.sandbox, shell(...args))).stdout.toString();

  it('can write nowhere but into its directory', async () => {
    const stdout = await run(
      'for d in / /etc /usr /var/tmp /run /home /root /dev /box /minos /proc /sys /tmp .; do' +
        ' (: >$d/probe) 2>/dev/null && echo $d; done; true',
    );
    expect(stdout).toBe('/tmp\n.\n');
  });

  it('cannot execute what it wrote, unless its language needs that', async () => {
    const script = 'cp /bin/true ./copy && chmod +x copy && ./copy && echo ran || echo refused';
    expect(await run(script)).toBe('refused\n');
    expect(await run(script, { limits: { executableWork: true } })).toBe('ran\n');
  });

  it('has shared memory only if its language needs it', async () => {
    expect(await run('ls /dev/shm 2>/dev/null || echo none')).toBe('none\n');
    const limits = { sharedMemoryBytes: MIB };
    expect(await run(': >/dev/shm/x && echo some', { limits })).toBe('some\n');
  });

  it('finds no set-user-id program, no device and no secret', async () => {
    const stdout = await run(
      'find / -xdev -perm /6000 -type f 2>/dev/null; find /dev -type b 2>/dev/null;' +
        ' ls /dev/mem /dev/kmsg /dev/fuse /run/docker.sock /var/run/docker.sock 2>/dev/null; true',
    );
    expect(stdout).toBe('');
  });

  it('sees nothing of the kernel that is masked', async () => {
    const stdout = await run(
      'cat /proc/kcore /proc/keys /proc/locks /proc/timer_list /proc/modules 2>/dev/null | wc -c;' +
        ' ls -A /sys/kernel /sys/firmware /sys/class | grep -c -v -e : -e "^$"; echo x 2>/dev/null' +
        ' >/proc/sys/kernel/core_pattern || echo refused',
    );
    expect(stdout).toBe('0\n0\nrefused\n');
  });
});
