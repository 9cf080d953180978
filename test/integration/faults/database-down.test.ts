import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import { LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const DOWN_MS = 60_000;
const RESTARTS = 5;
const WAIT = { timeout: 120_000, interval: 20 };

describe('a database that goes away', () => {
  let service: TestService;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  let url: string;
  let submitter: Submitter;
  /** It was judged while the database went away. */
  let slow: string;
  beforeAll(async () => {
    service = await TestService.start();
    api = await service.startApi();
    url = await api.ready();
    await service.publishEcho(url);
    worker = await service.startWorker();
    submitter = new Submitter(service, url);
  });
  afterAll(() => service.stop());

  const stateOf = async (submissionId: string) =>
    await service.db
      .selectFrom('judgements')
      .select(['state', 'attempt', 'worker_id', 'started_at'])
      .where('submission_id', '=', submissionId)
      .executeTakeFirstOrThrow();

  const expected = async (): Promise<ReadonlyMap<string, Verdict>> =>
    new Map([...(await submitter.stop()), [slow, 'AC']]);

  const ready = async () => (await service.request(`${url}/readyz`)).status;

  it('is waited for, for a minute and in the midst of judging (F6)', async () => {
    submitter.start(2, { pauseMs: 1000 });
    await submitter.accepted(4);
    const { body } = await service.request(`${url}/api/v1/submissions`, {
      json: { problem_id: 'echo', language_id: LANGUAGE, source: 'sleep 3; cat\n' },
    });
    slow = String(body['id']);
    await expect.poll(() => stateOf(slow), WAIT).toMatchObject({ state: 'judging' });
    const before = await stateOf(slow);
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
    await expectJudged(service, await expected());
    // What was under way went on where it was: no attempt was lost to the database.
    expect(await stateOf(slow)).toEqual({ ...before, state: 'finished' });
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
    await expectJudged(service, await expected());
    expect(api.isAlive && worker.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
