import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shell, tryOut } from '../../contracts/sandbox-trial.js';
import { TARGETS, type OpenedTarget } from './targets.js';

describe.each(TARGETS)('two slots: $name', ({ open }) => {
  let opened: OpenedTarget;
  beforeAll(async () => {
    opened = await open({ slotCount: 2 });
  });
  afterAll(async () => {
    await opened.close();
  });

  const script =
    'id -u; grep Cpus_allowed_list /proc/self/status | cut -f 2; date +%s%N; sleep 1; date +%s%N';

  async function runTwice(alone: boolean) {
    const trials = await Promise.all([
      tryOut(opened.sandbox, shell(script, { alone })),
      tryOut(opened.sandbox, shell(script, { alone })),
    ]);
    return trials
      .map(({ stdout }) => {
        const [uid = '', core = '', from = '', to = ''] = stdout.toString().split('\n');
        return { uid, core, from: BigInt(from), to: BigInt(to) };
      })
      .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  }

  it('run at the same time, under two uids', async () => {
    const [first, second] = await runTwice(false);
    expect(first!.uid).not.toBe(second!.uid);
    expect(second!.from).toBeLessThan(first!.to);
  });

  it('wait for each other where an execution is to be alone', async () => {
    const [first, second] = await runTwice(true);
    expect(second!.from).toBeGreaterThan(first!.to);
  });

  it('see nothing of each other', async () => {
    const spy = 'sleep 0.5; ls /proc | grep -c "^[0-9]"; ls -A /w /box | grep -c secret';
    const [, spied] = await Promise.all([
      tryOut(opened.sandbox, shell('echo x >secret; sleep 2')),
      tryOut(opened.sandbox, shell(spy)),
    ]);
    const [processes, secrets] = spied.stdout.toString().split('\n').map(Number);
    expect(processes).toBeLessThanOrEqual(6);
    expect(secrets).toBe(0);
  });
});
