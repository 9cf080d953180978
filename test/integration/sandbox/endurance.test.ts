import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { containersOf, openTestSandbox } from '../../contracts/docker-engine.js';
import { LIMITS, shell, tryOut } from '../../contracts/sandbox-trial.js';

const EXECUTIONS = 200;

it('leaves descriptors and containers as they were after 200 executions', async () => {
  const opened = await openTestSandbox({ slotCount: 1 });
  const descriptors = async () => (await readdir('/proc/self/fd')).length;
  try {
    await tryOut(opened.sandbox, shell('echo warm'));
    const before = await descriptors();
    opened.sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, EXECUTIONS);
    for (let done = 0; done < EXECUTIONS; done += 1) {
      expect((await tryOut(opened.sandbox, shell(`echo ${done}`))).stdout.toString()).toBe(
        `${done}\n`,
      );
    }
    expect(await containersOf(opened.client, opened.sandbox.run)).toEqual([]);
    // A leak would be one for each execution; a handful are connections in the act of closing.
    expect(await descriptors()).toBeLessThanOrEqual(before + 8);
  } finally {
    await opened.close();
  }
});
