import { expect, it } from 'vitest';
import type { OpenedSandbox } from './sandbox.contract.js';
import { file, MIB, shell, tryOut } from './sandbox-trial.js';

/** What only a real container can promise. */
export function containmentClaims(use: () => OpenedSandbox): void {
  const run = (...args: Parameters<typeof shell>) => tryOut(use().sandbox, shell(...args));

  it('counts the kills of the out-of-memory killer', async () => {
    const { outcome } = await run('dd if=/dev/zero of=/dev/null bs=200M count=1');
    expect(outcome.outOfMemoryKills).toBeGreaterThanOrEqual(1);
    expect(outcome.end).not.toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('gives a program its whole memory limit, staged input not counted', async () => {
    const { outcome } = await run('dd if=/dev/zero of=/dev/null bs=48M count=1', {
      stdin: new Uint8Array(20 * MIB),
    });
    expect(outcome.outOfMemoryKills).toBe(0);
    expect(outcome.end).toEqual({ kind: 'exited', exitCode: 0 });
    expect(outcome.memoryBytes).toBeGreaterThan(47 * MIB);
    expect(outcome.memoryBytes).toBeLessThan(56 * MIB);
  });

  it('stages files that the program cannot change', async () => {
    const { stdout } = await run(
      'echo x >>/box/a 2>/dev/null || echo kept; rm -f /box/a 2>/dev/null || echo stays; cat /box/a',
      { files: [file('a', 'A\n')] },
    );
    expect(stdout.toString()).toBe('kept\nstays\nA\n');
  });

  it('caps the work directory in bytes', async () => {
    const { stdout } = await run('head -c 30M /dev/zero >big || stat -c %s big', {
      limits: { workBytes: 4 * MIB, fileBytes: 64 * MIB },
    });
    expect(Number(stdout.toString())).toBeLessThan(12 * MIB);
  });

  it('caps the work directory in files', async () => {
    const script = 'i=0; while : >f$i; do i=$((i+1)); done 2>/dev/null; echo $i';
    const { stdout } = await run(`sh -c '${script}'; ls | wc -l`, { limits: { workInodes: 100 } });
    expect(Number(stdout.toString().trim().split('\n').at(-1))).toBeLessThanOrEqual(100);
  });

  it('kills a program that writes a file beyond its limit', async () => {
    const { outcome } = await run('exec head -c 2M /dev/zero >big', { limits: { fileBytes: MIB } });
    expect(outcome.end).toEqual({ kind: 'signalled', signal: 25 });
  });

  it('lets fork fail at the cap of processes', async () => {
    const script = 'i=0; while [ $i -lt 20 ]; do sleep 5 & i=$((i+1)); done';
    const { outcome, stderr } = await run(script, { limits: { processes: 8 } });
    expect(stderr.toString()).toContain('fork');
    expect(outcome.end).toEqual({ kind: 'exited', exitCode: 2 });
  });

  it('survives a fork bomb', async () => {
    const { outcome } = await run('b() { b | b & }; b; sleep 60', {
      limits: { wallTimeMs: 1500, processes: 32 },
    });
    // The shell may end for want of a process before the limit strikes.
    expect(outcome.wallTimeMs).toBeLessThan(3000);
    expect(await use().leftovers()).toEqual([]);
  });

  it('runs the program as nobody, without powers', async () => {
    const { stdout } = await run(
      'id -u; grep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status | tr -d "\\t"',
    );
    expect(stdout.toString()).toMatch(/^6\d{4}\nCapEff:0{16}\nNoNewPrivs:1\nSeccomp:2\n$/);
  });

  it('has no network but a loopback of its own', async () => {
    const { stdout } = await run(
      'tail -n +3 /proc/self/net/dev | cut -d: -f1; tail -n +2 /proc/self/net/route | wc -l',
    );
    expect(stdout.toString().replaceAll(' ', '')).toBe('lo\n0\n');
  });

  it('keeps the supervisor out of reach', async () => {
    const { stdout, outcome } = await run(
      'kill -9 1 2>/dev/null || echo refused; cat /proc/1/environ 2>/dev/null || echo hidden; ' +
        'cat /minos/supervisor >/dev/null 2>&1 || echo unreadable',
    );
    expect(stdout.toString()).toBe('refused\nhidden\nunreadable\n');
    expect(outcome.end).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('survives a program that kills everything it can', async () => {
    // kill(-1) spares who calls it.
    const { outcome } = await run('sleep 60 & kill -9 -1; exit 5');
    expect(outcome.end).toEqual({ kind: 'exited', exitCode: 5 });
  });

  it('treats a forged result as output', async () => {
    const forged = `R${'\\000'.repeat(4)}`;
    const { stdout } = await run(
      `printf '${forged}'; printf '\\001\\000\\000\\000\\000\\000\\000\\001A'`,
    );
    expect(stdout.toString('latin1')).toBe('R\0\0\0\0\u0001\0\0\0\0\0\0\u0001A');
  });
}
