import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const run = promisify(execFile);
const WAIT = { timeout: 120_000, interval: 250 };
const BLOCK = Buffer.alloc(2 ** 16);

/** A file system of its own, as small as may be, needs root. */
describe.skipIf(process.getuid?.() !== 0)('a disk of the database that is full (F8)', () => {
  let directory: string;
  let service: TestService;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  let url: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-small-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=0755', 'minos-test', directory]);
    // The server's user has to get there: else its data would be elsewhere.
    await chmod(directory, 0o755);
    service = await TestService.start({ directory });
    expect(service.postgres.home.data.startsWith(directory)).toBe(true);
    api = await service.startApi();
    url = await api.ready();
    await service.publishEcho(url);
    worker = await service.startWorker();
  });
  afterAll(async () => {
    await service.stop();
    await run('umount', ['-l', directory]);
    await rm(directory, { recursive: true, force: true });
  });

  async function fillDisk(path: string): Promise<void> {
    const file = await open(path, 'w');
    try {
      for (;;) await file.write(BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  it('loses nothing that was accepted, and all goes on when there is room again', async () => {
    const submitter = new Submitter(service, url);
    submitter.start(2, { pauseMs: 200 });
    await submitter.accepted(5);
    const filler = join(directory, 'filler');
    await fillDisk(filler);
    // Sooner or later the write-ahead log wants room, or a table does.
    await expect
      .poll(async () => (await submitter.attempt().catch(() => undefined))?.status, WAIT)
      .toBe(503);
    expect((await service.request(`${url}/healthz`)).status).toBe(200);
    await rm(filler);
    // A server that could not write its log has ended; the supervisor starts it again.
    if (!(await service.postgres.isAlive())) await service.startDatabase();
    await submitter.accepted(submitter.count + 4);
    await expectJudged(service, await submitter.stop());
    expect(api.isAlive && worker.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
