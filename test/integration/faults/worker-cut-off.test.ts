import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const WAIT = { timeout: 120_000, interval: 100 };

describe('a worker that is cut off from the database (F27)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const judging = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from judgements where state = 'judging'`.execute(service.db);
    return rows[0]?.count ?? 0;
  };

  it('loses its work to another, changes nothing when it is back, and works again', async () => {
    const api = await service.startApi();
    const url = await api.ready();
    await service.publishEcho(url);
    const worker = await service.startWorker();
    const submitter = new Submitter(service, url);
    submitter.start(2, { pauseMs: 200 });
    await submitter.accepted(6);
    await expect.poll(judging, WAIT).toBeGreaterThan(0);
    // No connection ends: nothing arrives any more.
    await worker.database.set('silent');
    const other = await service.startWorker();
    await submitter.accepted(12);
    await expectJudged(service, await submitter.stop());

    await worker.database.set('pass');
    await other.stop();
    submitter.start(1, { pauseMs: 200 });
    await submitter.accepted(submitter.count + 3);
    await expectJudged(service, await submitter.stop());
    expect(worker.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
