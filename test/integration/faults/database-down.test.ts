import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const DOWN_MS = 60_000;
const RESTARTS = 5;

describe('a database that goes away', () => {
  let service: TestService;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  let url: string;
  let submitter: Submitter;
  beforeAll(async () => {
    service = await TestService.start();
    api = await service.startApi();
    url = await api.ready();
    await service.publishEcho(url);
    worker = await service.startWorker();
    submitter = new Submitter(service, url);
  });
  afterAll(() => service.stop());

  const ready = async () => (await service.request(`${url}/readyz`)).status;

  it('is waited for, for a minute and in the midst of judging (F6)', async () => {
    submitter.start(2, { pauseMs: 1000 });
    await submitter.accepted(4);
    await service.stopDatabase();
    // Nothing hangs, and nothing is accepted that could be lost.
    const startedAtMs = Date.now();
    await expect.poll(ready, { timeout: 30_000 }).toBe(503);
    const refused = await submitter.attempt();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await service.request(`${url}/healthz`)).status).toBe(200);
    await sleep(DOWN_MS - (Date.now() - startedAtMs));
    await service.startDatabase();
    await expect.poll(ready, { timeout: 60_000 }).toBe(200);
    await submitter.accepted(submitter.count + 4);
    await expectJudged(service, await submitter.stop());
    // The processes are the same: nobody had to start them again.
    expect(api.isAlive && worker.isAlive).toBe(true);
  });

  it('is found again when it crashes in the midst of transactions, again and again (F7)', async () => {
    submitter.start(3, { pauseMs: 500 });
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await submitter.accepted(submitter.count + 4);
      await service.killDatabase();
      await service.startDatabase();
    }
    await expectJudged(service, await submitter.stop());
    expect(api.isAlive && worker.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
