import { beforeAll, describe, expect, it } from 'vitest';
import { buildTestImage } from './image.js';
import { LIMITS, resultOf, run, tableOf, type Ran } from './supervised.js';

const EPERM = '1';
const ENOSYS = '38';
const ENOLCK = '37';

beforeAll(() => buildTestImage());

const probe = (...command: string[]) => ({
  command: [`/probes/${command[0] ?? ''}`, ...command.slice(1)],
});

/** All "name=errno" lines of a probe whose errno is 0: what it was allowed to do. */
function allowed(ran: Ran): readonly string[] {
  expect(resultOf(ran).end.kind).toBe('exited');
  return Object.entries(tableOf(ran)).flatMap(([name, errno]) => (errno === '0' ? [name] : []));
}

describe('processes', () => {
  it.each([['fork-bomb'], ['fork-setsid'], ['churn']])(
    'that multiply are all killed soon after the limit: %s',
    async (deed) => {
      const ran = await run(probe('processes', deed));
      const { stopCause, cpuTimeMs, wallTimeMs } = resultOf(ran);
      expect(['cpu-time', 'wall-time']).toContain(stopCause);
      expect(cpuTimeMs).toBeLessThan(LIMITS.cpuKillMs + 500);
      expect(wallTimeMs).toBeLessThan(LIMITS.wallTimeMs + 500);
      expect(ran.elapsedMs).toBeLessThan(wallTimeMs + 1500);
    },
  );

  it.each([['orphan'], ['daemon'], ['late-writer'], ['zombies']])(
    'that outlive main neither delay nor change its result: %s',
    async (deed) => {
      const ran = await run(probe('processes', deed));
      expect(resultOf(ran)).toMatchObject({
        end: { kind: 'exited', exitCode: 0 },
        stopCause: 'none',
      });
      expect(ran.stdout).toBe('right\n');
      expect(resultOf(ran).wallTimeMs).toBeLessThan(800);
    },
  );

  it('that kill all they may do not kill the supervisor', async () => {
    const { end, stopCause } = resultOf(await run(probe('processes', 'kill-all')));
    expect(stopCause).toBe('none');
    expect(end).toEqual({ kind: 'signalled', signal: 9 });
  });

  it('and threads end at the pids limit with EAGAIN', async () => {
    const table = tableOf(await run(probe('processes', 'threads')));
    expect(table['errno']).toBe('11');
    expect(Number(table['made'])).toBeLessThanOrEqual(LIMITS.processes);
  });
});

describe('the program', () => {
  it('has another user, no group, no capability, no new privileges and two filters', async () => {
    const { stdout } = await run(probe('attacks', 'status'));
    const status = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s*/, 2)),
    ) as Record<string, string>;
    expect(status).toMatchObject({
      Uid: '61234\t61234\t61234\t61234',
      Gid: '61234\t61234\t61234\t61234',
      CapInh: '0000000000000000',
      CapPrm: '0000000000000000',
      CapEff: '0000000000000000',
      CapAmb: '0000000000000000',
      // KILL, SETGID, SETUID: bounding only, of no use under no_new_privs.
      CapBnd: '00000000000000e0',
      NoNewPrivs: '1',
      Seccomp: '2',
      Umask: '0077',
      SigIgn: '0000000000000000',
      SigBlk: '0000000000000000',
      Session: '1',
      Nice: '19',
      OomScoreAdj: '1000',
    });
    expect(status['Groups']?.trim()).toBe('');
  });

  it('gains no right that it does not have', async () => {
    expect(allowed(await run(probe('attacks', 'rights')))).toEqual([]);
  });

  it('cannot signal, trace, limit or reschedule the supervisor', async () => {
    const ran = await run(probe('attacks', 'supervisor'));
    // A process of its own PID namespace can be named, but nothing can be done to it.
    expect(allowed(ran)).toEqual([]);
    expect(ran.stdout.match(/=/g)?.length).toBeGreaterThan(190);
  });

  it("cannot open the supervisor's memory, descriptors or file", async () => {
    const ran = await run(probe('attacks', 'files'));
    expect(ran.stdout).toBe('exec=13\n');
  });

  it('writes nowhere but in its work directory', async () => {
    expect((await run(probe('files', 'write-anywhere'))).stdout).toBe('work=0\ntmp=0\n');
  });

  it('opens sockets of AF_UNIX only', async () => {
    expect((await run(probe('attacks', 'sockets'))).stdout).toBe('unix=0\n');
  });

  it('that prints a result of the supervisor has printed, and nothing else', async () => {
    const ran = await run(probe('streams', 'fake-result'));
    expect(resultOf(ran)).toMatchObject({ end: { kind: 'exited', exitCode: 0 }, stdoutBytes: 104 });
    expect(ran.stdout).toHaveLength(104);
  });

  it('cannot make the kernel signal the supervisor by its pipe', async () => {
    const { end } = resultOf(await run(probe('streams', 'signal-by-pipe')));
    expect(end).toEqual({ kind: 'exited', exitCode: 0 });
  });
});

describe('the filter', () => {
  /** Refused as if the kernel did not have them, so that runtimes fall back. */
  const absent = [
    'clone3',
    'io_uring_setup',
    'io_uring_enter',
    'io_uring_register',
    'memfd_secret',
    'uselib',
    'ustat',
    'sysfs',
    '_sysctl',
    'x32',
    'unknown',
    'newest',
    'flock',
    'inotify_init1',
  ];
  const noLocks = ['setlk', 'ofd_setlk'];

  it('refuses every call of the table, each in its way', async () => {
    const { clone, 'personality.ask': ask, ...refused } = tableOf(await run(probe('syscalls')));
    expect(clone).toBe('0');
    // The container's own filter does not have personality at all.
    expect(['0', EPERM]).toContain(ask);
    expect(Object.keys(refused).length).toBeGreaterThan(75);
    for (const [name, errno] of Object.entries(refused)) {
      const expected = absent.includes(name) ? ENOSYS : noLocks.includes(name) ? ENOLCK : EPERM;
      expect([name, errno]).toEqual([name, expected]);
    }
  });

  it('lets compilers lock their files', async () => {
    const table = tableOf(await run({ ...probe('syscalls'), purpose: 'compile' }));
    expect(table['flock']).not.toBe(ENOSYS);
    expect(table['setlk']).not.toBe(ENOLCK);
    expect(table['ptrace']).toBe(EPERM);
  });

  it('kills a program that uses the 32-bit system call table', async () => {
    expect(resultOf(await run(probe('syscalls', 'foreign'))).end).toEqual({
      kind: 'signalled',
      signal: 31,
    });
  });
});
