import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxFailure } from '../../../src/judging/ports.js';
import {
  bashImage,
  openTestSandbox,
  testClient,
  type TestSandbox,
} from '../../contracts/docker-engine.js';
import { LIMITS, MIB, shell, tryOut } from '../../contracts/sandbox-trial.js';
import { OwnEngine } from './own-engine.js';

/** The image, and what loading it takes. */
const DISK_BYTES = 400 * MIB;
const GONE = { timeout: 60_000, interval: 250 };

/** A file system of its own needs root. */
describe.skipIf(process.getuid?.() !== 0)('a full disk of the Docker Engine (F17)', () => {
  let engine: OwnEngine;
  let opened: TestSandbox;
  let filler: string;
  beforeAll(async () => {
    const from = await testClient();
    const image = await bashImage(from);
    engine = await OwnEngine.start(from, image, { diskBytes: DISK_BYTES });
    filler = join(engine.dataDirectory, 'filler');
    opened = await openTestSandbox({
      slotCount: 1,
      client: engine.client(),
      imageOf: () => Promise.resolve(image),
    });
  });
  afterAll(() => engine.stop());

  async function fillDisk(): Promise<void> {
    const file = await open(filler, 'a');
    try {
      for (let block = Buffer.alloc(MIB); block.length > 0;) {
        await file.write(block).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          block = block.subarray(0, block.length === MIB ? 4096 : 0);
        });
      }
    } finally {
      await file.close();
    }
  }

  it('is no verdict of any program, says what it is, and is over when there is room', async () => {
    const { sandbox } = opened;
    const running = Promise.withResolvers<undefined>();
    let printed = '';
    const underWay = sandbox.execute(shell('echo running; sleep 2; echo done'), {
      stdout: {
        write(chunk) {
          printed += Buffer.from(chunk).toString();
          running.resolve(undefined);
        },
      },
      stderr: { write: () => undefined },
    });
    sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 2);
    await Promise.race([running.promise, underWay]);
    await fillDisk();
    const end = await underWay.catch((error: unknown) => error);
    if (end instanceof SandboxFailure) expect(end.message).toMatch(/Docker/);
    else expect(end).toMatchObject({ end: { kind: 'exited', exitCode: 0 }, stopCause: 'none' });
    if (!(end instanceof Error)) expect(printed).toBe('running\ndone\n');

    // What was made ahead is used up, and what its removal leaves free is taken.
    let failure: unknown;
    for (let count = 0; failure === undefined && count < 20; count += 1) {
      await fillDisk();
      const { stdout } = await tryOut(sandbox, shell('echo fine')).catch((error: unknown) => {
        failure = error;
        return { stdout: Buffer.from('fine\n') };
      });
      expect(stdout.toString()).toBe('fine\n');
    }
    expect(failure).toBeInstanceOf(SandboxFailure);
    expect((failure as Error).message).toMatch(/no space left on device/);

    await rm(filler);
    for (const word of ['one', 'two', 'three']) {
      expect((await tryOut(sandbox, shell(`echo ${word}`))).stdout.toString()).toBe(`${word}\n`);
    }
    await opened.close();
    await expect.poll(() => engine.client().listByLabel(['minos.engine']), GONE).toEqual([]);
  });
});
