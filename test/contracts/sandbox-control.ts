import { expect, it } from 'vitest';
import type { OpenedSandbox } from './sandbox.contract.js';
import { LIMITS, shell, tryOut } from './sandbox-trial.js';

export function controlClaims(use: () => OpenedSandbox): void {
  const run = (...args: Parameters<typeof shell>) => tryOut(use().sandbox, shell(...args));

  it('has at least one slot', () => {
    expect(use().sandbox.slots).toBeGreaterThanOrEqual(1);
  });

  it('runs more executions at once than it has slots, each with its own result', async () => {
    const numbers = Array.from({ length: use().sandbox.slots * 2 + 2 }, (_, index) => index);
    const trials = await Promise.all(
      numbers.map((number) => run(`read x; echo $x; exit ${number}`, { stdin: `${number}\n` })),
    );
    expect(trials.map(({ stdout }) => stdout.toString())).toEqual(numbers.map((n) => `${n}\n`));
    expect(trials.map(({ outcome }) => outcome.end)).toEqual(
      numbers.map((exitCode) => ({ kind: 'exited', exitCode })),
    );
  });

  it('runs what was announced, and what was not', async () => {
    use().sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 2);
    for (const word of ['one', 'two', 'three']) {
      expect((await run(`echo ${word}`)).stdout.toString()).toBe(`${word}\n`);
    }
    const other = await run('echo other', { limits: { processes: 33 } });
    expect(other.stdout.toString()).toBe('other\n');
  });

  it('runs alone, among others', async () => {
    const { sandbox } = use();
    const trials = await Promise.all([
      tryOut(sandbox, shell('echo a')),
      tryOut(sandbox, shell('echo b', { alone: true })),
      tryOut(sandbox, shell('echo c')),
    ]);
    expect(trials.map(({ stdout }) => stdout.toString())).toEqual(['a\n', 'b\n', 'c\n']);
  });

  it('stops when aborted, rejects with the reason, and leaves nothing', async () => {
    const controller = new AbortController();
    const reason = new Error('not wanted any more');
    const started = Promise.withResolvers<undefined>();
    const execution = use().sandbox.execute(
      shell('echo started; sleep 60'),
      { stdout: { write: () => started.resolve(undefined) }, stderr: { write: () => undefined } },
      controller.signal,
    );
    await started.promise;
    controller.abort(reason);
    await expect(execution).rejects.toBe(reason);
    expect(await use().leftovers()).toEqual([]);
  });

  it('does not start what was aborted before', async () => {
    const reason = new Error('never mind');
    const execution = tryOut(use().sandbox, shell('echo hello'), AbortSignal.abort(reason));
    await expect(execution).rejects.toBe(reason);
  });

  it('gives the slot of an aborted execution to the next', async () => {
    const controller = new AbortController();
    const { sandbox } = use();
    const doomed = Array.from({ length: sandbox.slots + 1 }, () =>
      tryOut(sandbox, shell('sleep 60'), controller.signal),
    );
    const settled = Promise.allSettled(doomed);
    const patient = tryOut(sandbox, shell('echo at last'));
    controller.abort(new Error('all of you'));
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { message: 'all of you' } });
    }
    expect((await patient).stdout.toString()).toBe('at last\n');
  });

  it('measures a program that does little as little', async () => {
    const { outcome } = await run('exit 0');
    expect(outcome.cpuTimeMs).toBeLessThan(200);
    expect(outcome.memoryBytes).toBeLessThan(32 * 2 ** 20);
    expect(outcome.wallTimeMs).toBeLessThan(5000);
  });
}
