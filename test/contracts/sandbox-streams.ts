import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { OpenedSandbox } from './sandbox.contract.js';
import { MIB, shell, tryOut } from './sandbox-trial.js';

export function streamClaims(use: () => OpenedSandbox): void {
  const run = (...args: Parameters<typeof shell>) => tryOut(use().sandbox, shell(...args));

  it('hands out stdout and stderr byte for byte, NUL and invalid UTF-8 too', async () => {
    const trial = await run(String.raw`printf 'a\000\377\200\r\n'; printf '\000\376b' >&2`);
    expect(trial.stdout).toEqual(Buffer.from('a\0\xff\x80\r\n', 'latin1'));
    expect(trial.stderr).toEqual(Buffer.from('\0\xfeb', 'latin1'));
    expect(trial.outcome).toMatchObject({ stdoutBytes: 6, stderrBytes: 3 });
    expect(trial.outcome).toMatchObject({ stdoutTruncated: false, stderrTruncated: false });
  });

  it('feeds stdin byte for byte, 20 MB of it too', async () => {
    const stdin = randomBytes(20 * MIB);
    const trial = await run('sha256sum', { stdin });
    const expected = createHash('sha256').update(stdin).digest('hex');
    expect(trial.stdout.toString()).toBe(`${expected}  -\n`);
  });

  it('echoes a large stdin through a program without losing a byte', async () => {
    const stdin = randomBytes(5 * MIB);
    const trial = await run('cat', { stdin });
    expect(trial.stdout.equals(stdin)).toBe(true);
  });

  it('gives an empty stdin that is at its end', async () => {
    expect((await run('wc -c')).stdout.toString().trim()).toBe('0');
  });

  it('gives a stdin that can be sought', async () => {
    // head reads a block and seeks back to the end of the line; in a pipe the rest would be lost.
    const trial = await run('head -n 1 >/dev/null; cat', { stdin: 'first\nsecond\nthird\n' });
    expect(trial.stdout.toString()).toBe('second\nthird\n');
  });

  it('does not mind a program that reads nothing of a large stdin', async () => {
    const trial = await run('echo done', { stdin: new Uint8Array(10 * MIB) });
    expect(trial.stdout.toString()).toBe('done\n');
    expect(trial.outcome.end).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('merges stderr into stdout in the order of writing', async () => {
    const trial = await run('echo 1; echo 2 >&2; echo 3; echo 4 >&2', { mergeStderr: true });
    expect(trial.stdout.toString()).toBe('1\n2\n3\n4\n');
    expect(trial.stderr).toHaveLength(0);
  });

  it('kills at the stdout limit', async () => {
    const trial = await run('yes', { limits: { stdoutBytes: 100_000 } });
    expect(trial.outcome.stopCause).toBe('stdout-limit');
    expect(trial.stdout.byteLength).toBeLessThanOrEqual(100_000);
    expect(trial.outcome.stdoutBytes).toBeGreaterThan(100_000);
  });

  it('lets exactly the limit pass', async () => {
    const trial = await run('head -c 100000 /dev/zero', { limits: { stdoutBytes: 100_000 } });
    expect(trial.outcome.stopCause).toBe('none');
    expect(trial.outcome.stdoutTruncated).toBe(false);
    expect(trial.stdout.byteLength).toBe(100_000);
  });

  it('drops what is beyond the stdout limit, where it shall only truncate', async () => {
    const trial = await run('head -c 300000 /dev/zero; exit 3', {
      limits: { stdoutBytes: 100_000 },
      onOutputLimit: 'truncate',
    });
    expect(trial.outcome.stopCause).toBe('none');
    expect(trial.outcome.end).toEqual({ kind: 'exited', exitCode: 3 });
    expect(trial.outcome.stdoutTruncated).toBe(true);
    expect(trial.stdout.byteLength).toBe(100_000);
  });

  it('truncates stderr, and lets the program go on', async () => {
    const trial = await run('head -c 300000 /dev/zero >&2; echo fine', {
      limits: { stderrBytes: 1000 },
    });
    expect(trial.stdout.toString()).toBe('fine\n');
    expect(trial.stderr.byteLength).toBe(1000);
    expect(trial.outcome.stderrTruncated).toBe(true);
    expect(trial.outcome.stopCause).toBe('none');
  });

  it('waits for a slow sink, and hands it one chunk at a time', async () => {
    let writing = 0;
    let most = 0;
    let bytes = 0;
    const slow = {
      async write(chunk: Uint8Array): Promise<void> {
        most = Math.max(most, (writing += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        bytes += chunk.byteLength;
        writing -= 1;
      },
    };
    const request = shell('head -c 3000000 /dev/zero');
    const outcome = await use().sandbox.execute(request, { stdout: slow, stderr: slow });
    expect(outcome.end).toEqual({ kind: 'exited', exitCode: 0 });
    expect({ bytes, most }).toEqual({ bytes: 3_000_000, most: 1 });
  });

  it('rejects with the error of a sink', async () => {
    const broken = {
      write(): void {
        throw new TypeError('the sink is broken');
      },
    };
    const request = shell('yes');
    await expect(
      use().sandbox.execute(request, { stdout: broken, stderr: broken }),
    ).rejects.toThrow('the sink is broken');
    expect(await use().leftovers()).toEqual([]);
  });
}
