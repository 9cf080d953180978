import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionRequest } from '../../src/judging/execution.js';
import { buildTestImage } from './image.js';
import { LIMITS, requestOf, resultOf, run, Supervised, tableOf, type Ran } from './supervised.js';

const MIB = 2 ** 20;
/** One look in 10 ms, and room for a machine that others use as well. */
const SLACK_MS = 250;
/** Where the CPU limit is meant, and a busy machine must not make the wall limit come first. */
const LONG = { wallTimeMs: 30_000 };
const exited = (exitCode: number) => ({ kind: 'exited', exitCode });
const KILLED = { kind: 'signalled', signal: 9 };

beforeAll(() => buildTestImage());

function probe(...command: string[]): Pick<ExecutionRequest, 'command'> {
  return { command: [`/probes/${command[0] ?? ''}`, ...command.slice(1)] };
}

function expectStopped(ran: Ran, stopCause: string): ReturnType<typeof resultOf> {
  const result = resultOf(ran);
  expect(result).toMatchObject({ end: KILLED, stopCause });
  return result;
}

describe('the end of main', () => {
  it.each([0, 1, 42, 137, 255])('with exit code %i is reported as it was', async (code) => {
    expect(resultOf(await run(probe('ends', 'exit', String(code))))).toMatchObject({
      end: exited(code),
      stopCause: 'none',
      outOfMemoryKills: 0,
    });
  });

  it('with exit code 256 is 0', async () => {
    expect(resultOf(await run(probe('ends', 'exit', '256'))).end).toEqual(exited(0));
  });

  it.each([6, 9, 11, 15, 31, 64])('by signal %i is reported as it was', async (signal) => {
    expect(resultOf(await run(probe('ends', 'die', String(signal))))).toMatchObject({
      end: { kind: 'signalled', signal },
      stopCause: 'none',
    });
  });
});

describe('the CPU limit', () => {
  it('lets a program work up to it, and counts what it used', async () => {
    const result = resultOf(await run({ ...probe('ends', 'work', '0.8'), limits: LONG }));
    expect(result).toMatchObject({ end: exited(0), stopCause: 'none' });
    expect(result.cpuTimeMs).toBeGreaterThan(795);
    expect(result.cpuTimeMs).toBeLessThan(900);
  });

  it.each([
    ['spins', probe('ends', 'work', '1e9')],
    ['spins and ignores every signal', probe('ends', 'work-on')],
    ['spins in 4 threads', probe('ends', 'threads', '4')],
    ['makes the kernel work', probe('ends', 'system-work')],
  ])('stops a program that %s', async (_, command) => {
    const { cpuTimeMs } = expectStopped(await run({ ...command, limits: LONG }), 'cpu-time');
    expect(cpuTimeMs).toBeGreaterThan(LIMITS.cpuKillMs);
    expect(cpuTimeMs).toBeLessThan(LIMITS.cpuKillMs + SLACK_MS);
  });

  it('counts a child that nobody waits for', async () => {
    const { cpuTimeMs } = resultOf(
      await run({ ...probe('processes', 'hidden-work', '0.4'), limits: LONG }),
    );
    expect(cpuTimeMs).toBeGreaterThan(395);
  });

  it('does not count the start of the container and the staging of a large input', async () => {
    const stdin = new Uint8Array(20 * MIB);
    const { cpuTimeMs } = resultOf(await run({ ...probe('ends', 'exit', '0'), stdin }));
    expect(cpuTimeMs).toBeLessThan(10);
  });
});

describe('the wall limit', () => {
  it.each([
    ['sleeps', probe('ends', 'sleep')],
    ['stops itself', probe('processes', 'stop-self')],
    ['writes a byte now and then', probe('streams', 'drip')],
  ])('stops a program that %s', async (_, command) => {
    const ran = await run({ ...command, limits: { wallTimeMs: 1000 } });
    const { wallTimeMs, cpuTimeMs } = expectStopped(ran, 'wall-time');
    expect(wallTimeMs).toBeGreaterThan(1000);
    expect(wallTimeMs).toBeLessThan(1000 + SLACK_MS);
    expect(cpuTimeMs).toBeLessThan(50);
  });

  it('tells a program that others starved of the core from one that waited by itself', async () => {
    const limits = { cpuKillMs: 30_000, wallTimeMs: 1500 };
    const spin = { ...probe('ends', 'work', '1e9'), limits };
    const rivals = await Promise.all([1, 2, 3, 4, 5, 6].map(() => run(spin)));
    const most = Math.max(...rivals.map((ran) => expectStopped(ran, 'wall-time').starvedMs));
    expect(most).toBeGreaterThan(limits.wallTimeMs / 10);
    const sleeper = expectStopped(await run({ ...probe('ends', 'sleep'), limits }), 'wall-time');
    expect(sleeper.starvedMs).toBeLessThan(limits.wallTimeMs / 10);
  });
});

describe('a host that does not read', () => {
  it('makes the program wait, but not the clocks', async () => {
    const limits = { stdoutBytes: 2 ** 30, cpuKillMs: 30_000, wallTimeMs: 1000 };
    const request = requestOf({ ...probe('streams', 'flood'), limits });
    await using supervised = await Supervised.open(request);
    const ran = await supervised.run(request, () => setTimeout(2500));
    const { wallTimeMs, stdoutBytes } = expectStopped(ran, 'wall-time');
    expect(wallTimeMs).toBeLessThan(1000 + SLACK_MS);
    expect(ran.stdout).toHaveLength(stdoutBytes);
  });
});

describe('the output limit', () => {
  it('stops a flood at once, and hands on what is within the limit', async () => {
    const ran = await run(probe('streams', 'flood'));
    const result = expectStopped(ran, 'stdout-limit');
    expect(ran.stdout).toBe('x'.repeat(LIMITS.stdoutBytes));
    expect(result.stdoutTruncated).toBe(true);
    expect(result.stdoutBytes).toBeGreaterThan(LIMITS.stdoutBytes);
    expect(ran.elapsedMs).toBeLessThan(2000);
  });

  it('is not reached by exactly as many bytes', async () => {
    const ran = await run(probe('streams', 'stdout', String(LIMITS.stdoutBytes)));
    expect(resultOf(ran)).toMatchObject({
      end: exited(0),
      stopCause: 'none',
      stdoutTruncated: false,
    });
    expect(ran.stdout).toHaveLength(LIMITS.stdoutBytes);
  });

  it('is reached by one more, also when main has ended before it was seen', async () => {
    const ran = await run({ ...probe('streams', 'stdout', '5'), limits: { stdoutBytes: 4 } });
    expect(resultOf(ran)).toMatchObject({ stopCause: 'stdout-limit', stdoutBytes: 5 });
    expect(ran.stdout).toBe('xxxx');
  });

  it('drops the rest and lets the program go on when asked to', async () => {
    const command = probe('streams', 'stdout', String(3 * MIB));
    const ran = await run({ ...command, onOutputLimit: 'truncate' });
    expect(resultOf(ran)).toMatchObject({
      end: exited(0),
      stopCause: 'none',
      stdoutBytes: 3 * MIB,
      stdoutTruncated: true,
    });
    expect(ran.stdout).toHaveLength(LIMITS.stdoutBytes);
  });

  it('only cuts stderr', async () => {
    const ran = await run(probe('streams', 'stderr', String(MIB)));
    expect(resultOf(ran)).toMatchObject({
      end: exited(0),
      stopCause: 'none',
      stderrBytes: MIB,
      stderrTruncated: true,
    });
    expect(ran.stdout).toBe('right\n');
    expect(ran.stderr).toHaveLength(LIMITS.stderrBytes);
  });

  it('does not deadlock on small writes to both', async () => {
    const ran = await run({
      ...probe('streams', 'both', '20000'),
      limits: { ...LONG, cpuKillMs: 10_000 },
    });
    expect(resultOf(ran).end).toEqual(exited(0));
    expect([ran.stdout, ran.stderr]).toEqual(['o'.repeat(20_000), 'e'.repeat(20_000)]);
  });

  it('does not hang on closed descriptors, nor on input that nobody reads', async () => {
    const stdin = new Uint8Array(20 * MIB);
    const ran = await run({ ...probe('streams', 'close'), stdin });
    expect(resultOf(ran)).toMatchObject({ end: exited(0), stdoutBytes: 0 });
  });
});

describe('the memory limit', () => {
  it.each([
    ['touches memory', probe('memory', 'touch', '200')],
    ['touches shared memory', probe('memory', 'share', '200')],
    ['fills a memory file', probe('memory', 'memfd', '200')],
    ['shares it among its children', probe('memory', 'children', '20')],
  ])('kills a program that %s, which is counted', async (_, command) => {
    const limits = { ...LONG, fileBytes: 2 ** 40 };
    const result = resultOf(await run({ ...command, limits }));
    expect(result.outOfMemoryKills).toBeGreaterThan(0);
    expect(result.stopCause).toBe('none');
  });

  it('is counted also when only a child was killed and main ended well', async () => {
    const ran = await run(probe('memory', 'child', '200'));
    expect(resultOf(ran)).toMatchObject({ end: exited(0), outOfMemoryKills: 1 });
    expect(ran.stdout).toBe('right\n');
  });

  it('lets a program use nearly all of it', async () => {
    expect(resultOf(await run(probe('memory', 'touch', '60')))).toMatchObject({
      end: exited(0),
      outOfMemoryKills: 0,
    });
  });

  it('is not meant for memory that is never touched', async () => {
    const result = resultOf(await run(probe('memory', 'reserve', '10000')));
    expect(result.end).toEqual(exited(0));
    expect(result.memoryBytes).toBeLessThan(4 * MIB);
  });

  it('is of address space where the job says so', async () => {
    const limits = { addressSpaceBytes: 100 * MIB };
    const result = resultOf(await run({ ...probe('memory', 'reserve', '10000'), limits }));
    expect(result.end).toEqual(exited(1));
  });
});

describe('the memory that is reported', () => {
  it.each([
    ['heap', 'touch', 40],
    ['a peak too short to be looked at', 'flash', 40],
    ['shared memory', 'share', 40],
    ['a memory file', 'memfd', 12],
    ['files in the work directory', 'work', 12],
    ['eight children at once', 'children', 5],
  ])('is what was used: %s', async (_, deed, sizeMib) => {
    const { memoryBytes } = resultOf(await run(probe('memory', deed, String(sizeMib))));
    const usedBytes = (deed === 'children' ? 8 : 1) * sizeMib * MIB;
    expect(memoryBytes).toBeGreaterThan(usedBytes - MIB);
    expect(memoryBytes).toBeLessThan(usedBytes + 4 * MIB);
  });

  it('has no page cache in it, cold or warm', async () => {
    for (let time = 0; time < 2; time++) {
      const { end, memoryBytes } = resultOf(await run(probe('memory', 'read-file')));
      expect(end).toEqual(exited(0));
      expect(memoryBytes).toBeLessThan(2 * MIB);
    }
  });

  it('has no staged input in it', async () => {
    const stdin = new Uint8Array(20 * MIB);
    const { memoryBytes } = resultOf(await run({ ...probe('streams', 'close'), stdin }));
    expect(memoryBytes).toBeLessThan(2 * MIB);
  });
});

describe('the limits of the program', () => {
  it('are the ones of the job, and cannot be raised', async () => {
    const table = tableOf(await run(probe('ends', 'raise-limits')));
    const expected: Record<string, number> = {
      cpu: 3,
      fsize: LIMITS.fileBytes,
      nofile: LIMITS.openFiles,
      core: 0,
      stack: LIMITS.stackBytes,
      memlock: 0,
      msgqueue: 0,
      sigpending: 256,
    };
    for (const [name, value] of Object.entries(expected)) {
      expect([name, table[`${name}.soft`], table[`${name}.hard`], table[name]]).toEqual([
        name,
        String(value),
        String(value),
        '1',
      ]);
    }
  });

  it('end a program that writes a file beyond its size', async () => {
    const limits = { fileBytes: 1000 };
    expect(resultOf(await run({ ...probe('files', 'beyond-limit'), limits })).end).toEqual({
      kind: 'signalled',
      signal: 25,
    });
  });
});
