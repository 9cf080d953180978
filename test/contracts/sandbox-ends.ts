import { describe, expect, it } from 'vitest';
import { SandboxFailure } from '../../src/judging/ports.js';
import type { OpenedSandbox } from './sandbox.contract.js';
import { file, shell, tryOut } from './sandbox-trial.js';

export function endClaims(use: () => OpenedSandbox): void {
  const run = (...args: Parameters<typeof shell>) => tryOut(use().sandbox, shell(...args));

  it.each([0, 1, 42, 126, 127, 137, 139, 255])('reports exit code %i', async (exitCode) => {
    const { outcome } = await run(`exit ${exitCode}`);
    expect(outcome.end).toEqual({ kind: 'exited', exitCode });
    expect(outcome.stopCause).toBe('none');
    expect(outcome.outOfMemoryKills).toBe(0);
  });

  it.each([
    ['SEGV', 11],
    ['ABRT', 6],
    ['KILL', 9],
    ['TERM', 15],
  ])('reports death by SIG%s', async (name, signal) => {
    const { outcome } = await run(`kill -${name} $$`);
    expect(outcome.end).toEqual({ kind: 'signalled', signal });
    expect(outcome.stopCause).toBe('none');
  });

  it('passes arguments as they are', async () => {
    const words = ['a b', '$HOME', '"', "'", '*', '', 'ü\n'];
    const { stdout } = await run('', { command: ['/usr/bin/printf', '%s|', ...words] });
    expect(stdout.toString()).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('gives exactly the environment that was asked for', async () => {
    const environment = { PATH: '/usr/bin:/bin', GREETING: 'grüß dich', EMPTY: '' };
    const { stdout } = await run('', { command: ['/usr/bin/env'], environment });
    expect(stdout.toString().trim().split('\n').toSorted()).toEqual(
      ['EMPTY=', 'GREETING=grüß dich', 'PATH=/usr/bin:/bin'].toSorted(),
    );
  });

  describe('limits', () => {
    it('kills at the CPU limit and reports the time', async () => {
      const limits = { cpuTimeMs: 300, cpuKillMs: 500 };
      const { outcome } = await run('while :; do :; done', { limits });
      expect(outcome.stopCause).toBe('cpu-time');
      expect(outcome.cpuTimeMs).toBeGreaterThanOrEqual(500);
      expect(outcome.cpuTimeMs).toBeLessThan(1000);
    });

    it('counts the CPU time of all processes together', async () => {
      const limits = { cpuTimeMs: 300, cpuKillMs: 500 };
      const loop = 'while :; do :; done';
      const { outcome } = await run(`(${loop}) & (${loop}) & wait`, { limits });
      expect(outcome.stopCause).toBe('cpu-time');
    });

    it('kills at the wall limit a program that sleeps', async () => {
      const { outcome } = await run('sleep 60', { limits: { wallTimeMs: 500 } });
      expect(outcome.stopCause).toBe('wall-time');
      expect(outcome.wallTimeMs).toBeGreaterThanOrEqual(500);
      expect(outcome.cpuTimeMs).toBeLessThan(300);
    });

    it('hands out what was printed before a kill', async () => {
      const { stdout } = await run('echo early; sleep 60', { limits: { wallTimeMs: 500 } });
      expect(stdout.toString()).toBe('early\n');
    });

    it('ends with the main process, whatever it left running', async () => {
      const { outcome, stdout } = await run('sleep 60 & sleep 60 & echo done');
      expect(stdout.toString()).toBe('done\n');
      expect(outcome.end).toEqual({ kind: 'exited', exitCode: 0 });
      expect(outcome.wallTimeMs).toBeLessThan(10_000);
    });
  });

  it('fails, as a sandbox, where the declared command is not there', async () => {
    const execution = run('', { command: ['/no/such/interpreter'] });
    await expect(execution).rejects.toThrow(SandboxFailure);
    expect(await use().leftovers()).toEqual([]);
  });

  it("counts a staged program that cannot be executed as the contestant's fault", async () => {
    const { outcome } = await run('', {
      command: ['/box/program'],
      files: [file('program', 'not a program\n'.repeat(100), true)],
    });
    expect(outcome.end).toEqual({ kind: 'exited', exitCode: 126 });
  });

  it('fails, as a sandbox, where an input is not as long as it says', async () => {
    const stdin = { sizeBytes: 10, read: () => shell('', { stdin: 'short' }).stdin.read() };
    await expect(run('cat', { stdin })).rejects.toThrow(SandboxFailure);
    expect(await use().leftovers()).toEqual([]);
  });
}
