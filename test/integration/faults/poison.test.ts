import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import { LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const ATTEMPTS = 3;
/** MINOS_TEST_QUEUED=5000 for the long one. */
const QUEUED = Number(process.env['MINOS_TEST_QUEUED'] ?? '60');
/** A second for each is more than one takes on a machine that does other things too. */
const PATIENCE_MS = 10 * 60_000 + QUEUED * 1000;
const WAIT = { timeout: PATIENCE_MS, interval: 20 };
/** Of the others, so many are before it. */
const BEFORE = Math.min(QUEUED / 2, 100);
const CLIENTS = 8;

describe(`one submission of ${QUEUED} that kills every worker that has it (F25)`, () => {
  let service: TestService;
  beforeAll(async () => {
    // By Docker 5000 take an hour.
    service = await TestService.start({ config: { sandbox: { driver: 'auto' } } });
  });
  afterAll(() => service.stop());

  it(
    'is given up after three attempts, told to staff, and keeps nobody else waiting',
    { timeout: 2 * PATIENCE_MS },
    async () => {
      const api = await service.startApi();
      const url = await api.ready();
      await service.publishEcho(url);
      const submitter = new Submitter(service, url);
      await submitMany(submitter, BEFORE);
      const json = { problem_id: 'echo', language_id: LANGUAGE, source: 'sleep 2; cat\n' };
      const { body } = await service.request(`${url}/api/v1/submissions`, { json });
      const poison = String(body['id']);
      await submitMany(submitter, QUEUED - BEFORE);

      const row = async () => {
        return await service.db
          .selectFrom('judgements')
          .select(['state', 'attempt', 'verdict'])
          .where('submission_id', '=', poison)
          .executeTakeFirstOrThrow();
      };
      let worker: ServiceProcess = await service.startWorker();
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        await expect.poll(row, WAIT).toMatchObject({ state: 'judging', attempt });
        await worker.kill();
        worker = await service.startWorker();
      }
      const expected = new Map<string, Verdict>([...(await submitter.stop()), [poison, 'JE']]);
      await expectJudged(service, expected, PATIENCE_MS);
      const { rows } = await sql`select from alerts where resolved_at is null`.execute(service.db);
      expect(rows.length).toBeGreaterThan(0);
      await expectNothingLeft(service);
    },
  );
});

async function submitMany(submitter: Submitter, count: number): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await submitter.submit();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}
