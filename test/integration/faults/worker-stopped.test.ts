import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { TestService } from '../../fixtures/service/test-service.js';

const STOPPED_MS = 60_000;
const WAIT = { timeout: 120_000, interval: 50 };

describe('a worker that stands still for a minute', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const attempts = async (): Promise<readonly { attempt: number; state: string }[]> => {
    const { rows } = await sql<{ attempt: number; state: string }>`
      select attempt, state from judgements`.execute(service.db);
    return rows;
  };

  it('finds its work done by another when it wakes (F4, F5), and works again', async () => {
    const api = await service.startApi();
    const url = await api.ready();
    await service.publishEcho(url);
    const submit = async (source: string): Promise<string> => {
      const json = { problem_id: 'echo', language_id: LANGUAGE, source };
      const { body } = await service.request(`${url}/api/v1/submissions`, { json });
      return String(body['id']);
    };
    const sleeper = await service.startWorker();
    const first = await submit('sleep 1; cat\n');
    await expect.poll(attempts, WAIT).toMatchObject([{ attempt: 1, state: 'judging' }]);
    sleeper.signal('SIGSTOP');
    const stoppedAtMs = Date.now();
    const other = await service.startWorker();
    await expectJudged(service, new Map([[first, 'AC']]));
    expect(await attempts()).toMatchObject([{ attempt: 2, state: 'finished' }]);
    const finishedAt = await service.db
      .selectFrom('judgements')
      .select(['verdict', 'finished_at', 'worker_id'])
      .execute();
    await sleep(Math.max(0, STOPPED_MS - (Date.now() - stoppedAtMs)));
    sleeper.signal('SIGCONT');
    await other.stop();
    // It judges what comes, and has changed nothing of what it had.
    const second = await submit('cat\n');
    await expectJudged(
      service,
      new Map([
        [first, 'AC'],
        [second, 'AC'],
      ]),
    );
    const after = await service.db
      .selectFrom('judgements')
      .select(['verdict', 'finished_at', 'worker_id'])
      .where('submission_id', '=', first)
      .execute();
    expect(after).toEqual(finishedAt);
    expect(sleeper.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
