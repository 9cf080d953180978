import { readFile, readlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/sandbox/docker/container-labels.js';
import { openTestSandbox } from '../../contracts/docker-engine.js';
import { LIMITS, MIB, shell, tryOut } from '../../contracts/sandbox-trial.js';
import { atWork, TARGETS, type OpenedTarget } from './targets.js';

/** A container at work, looked at from outside. */
describe.each(TARGETS)('a container at work: $name', ({ name, open }) => {
  let opened: OpenedTarget;
  let stop: AbortController;
  let execution: Promise<unknown>;
  let supervisor: number;
  let program: number;

  beforeAll(async () => {
    opened = await open({ slotCount: 1 });
    ({ execution, stop, supervisor, program } = await atWork(opened));
  });
  afterAll(async () => {
    stop.abort();
    await execution.catch(() => undefined);
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

  // Docker has one user namespace for all, if any.
  if (name === 'native driver') {
    it('has a root that is nobody on the machine', async () => {
      const inside = await readlink(`/proc/${supervisor}/ns/user`);
      expect(inside).not.toBe(await readlink('/proc/self/ns/user'));
      expect(await readlink(`/proc/${program}/ns/user`)).toBe(inside);
      const root = 1_900_064_000;
      expect(await statusOf(supervisor, 'Uid')).toBe([root, root, root, root].join('\t'));
      expect(await statusOf(supervisor, 'Groups')).toMatch(/^\s*$/);
      const map = await readFile(`/proc/${supervisor}/uid_map`, 'utf8');
      expect(map.trim().split(/\s+/)).toEqual(['0', `${root}`, '1', '64000', '64000', '1']);
    });
  }

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
    const memory = await cgroupLimit(
      program,
      ['memory', 'memory.limit_in_bytes'],
      ['', 'memory.max'],
    );
    expect(Number(memory)).toBe(LIMITS.memoryBytes + 12 * MIB);
    const processes = await cgroupLimit(program, ['pids', 'pids.max'], ['', 'pids.max']);
    expect(Number(processes)).toBe(LIMITS.processes + 2);
  });
});

/** Of a version 1 or 2 hierarchy: the value of the first of these files in the cgroup of a process. */
async function cgroupLimit(
  pid: number,
  ...files: readonly (readonly [controller: string, file: string])[]
): Promise<string> {
  const lines = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim().split('\n');
  for (const [controller, file] of files) {
    const line = lines.map((each) => each.split(':')).find(([, name]) => name === controller);
    if (line === undefined) continue;
    return (await readFile(`/sys/fs/cgroup/${controller}${line[2] ?? ''}/${file}`, 'utf8')).trim();
  }
  return 'none';
}

describe.each(TARGETS)('a program in a container: $name', ({ open }) => {
  let opened: OpenedTarget;
  beforeAll(async () => {
    opened = await open({ slotCount: 1 });
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

it('makes containers that are what the hardening table says in the words of the daemon', async () => {
  const opened = await openTestSandbox({ slotCount: 1 });
  const run = new AbortController();
  const started = Promise.withResolvers<undefined>();
  const execution = opened.sandbox.execute(
    shell('echo running; sleep 100', { limits: { wallTimeMs: 100_000 } }),
    { stdout: { write: () => started.resolve(undefined) }, stderr: { write: () => undefined } },
    run.signal,
  );
  execution.catch(() => undefined);
  await started.promise;
  const [found] = await opened.client.listByLabel([`${LABELS.run}=${opened.sandbox.run}`]);
  const inspection = await opened.client.engine.getContainer(found!.id).inspect();
  expect(inspection.HostConfig).toMatchObject({
    Memory: LIMITS.memoryBytes + 12 * MIB,
    MemorySwap: LIMITS.memoryBytes + 12 * MIB,
    PidsLimit: LIMITS.processes + 2,
    NanoCpus: 0,
  });
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
  run.abort();
  await execution.catch(() => undefined);
  await opened.close();
});
