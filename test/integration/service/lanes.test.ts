import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO } from '../../fixtures/service/echo-problem.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { TestService } from '../../fixtures/service/test-service.js';
import { JudgingClient } from './judging-client.js';

const WAIT = { timeout: 5 * 60_000, interval: 50 };
const SLOTS = 2;

describe('who has to wait', () => {
  let service: TestService;
  let client: JudgingClient;
  let worker: ServiceProcess;
  beforeAll(async () => {
    service = await TestService.start({ config: { sandbox: { driver: 'docker', slots: SLOTS } } });
    const api = await service.startApi();
    client = new JudgingClient(service, await api.ready());
    await service.publishEcho(await api.ready());
    // It is verified as well, of which nobody has asked for here.
    await sql`delete from pgboss.job`.execute(service.db);
    worker = await service.startWorker();
  });
  afterAll(() => service.stop());

  const activeRejudgings = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pgboss.job join judgements on job_id = pgboss.job.id
      where pgboss.job.state = 'active' and lane = 'rejudge'`.execute(service.db);
    return rows[0]?.count ?? 0;
  };

  it('nobody for the verification of a problem, which goes on beside submissions', async () => {
    const example = (number: number) => ({
      [`submissions/accepted/slow${number}.sh`]: `sleep 1; cat #${number}\n`,
    });
    await client.upload('slow', { ...ECHO, ...example(1), ...example(2), ...example(3) });
    const verification = async () => await client.get('problems/slow/versions/1/verification');
    await expect.poll(verification, WAIT).toMatchObject({ state: 'running' });
    for (let count = 0; count < 3; count += 1) {
      await client.expectVerdict(await client.submit({ source: `cat #${count}\n` }), 'AC');
    }
    expect(await verification()).toMatchObject({ state: 'running' });
    await expect
      .poll(verification, WAIT)
      .toMatchObject({ state: 'finished', version_state: 'green' });
  });

  it('nobody for a rejudging, which leaves one slot free and ends', async () => {
    const old: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      old.push(await client.submit({ source: `sleep 1; cat #${count}\n` }));
    }
    for (const id of old) await client.expectVerdict(id, 'AC');
    const rejudging = await client.rejudge({ filter: { submission_ids: old } });
    await expect.poll(activeRejudgings, WAIT).toBeGreaterThan(0);
    let most = 0;
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) most = Math.max(most, await activeRejudgings());
    })();
    for (const lane of ['contest', 'practice'] as const) {
      await client.expectVerdict(await client.submit({ source: `cat #${lane}\n`, lane }), 'AC');
    }
    expect(await client.rejudgingState(rejudging)).toBe('computing');
    await client.expectRejudged(rejudging);
    over.abort();
    await watching;
    expect(most).toBe(SLOTS - 1);
    const { rows } = await sql`
      select distinct attempt, verdict from judgements where rejudging_id = ${rejudging}`.execute(
      service.db,
    );
    expect(rows).toEqual([{ attempt: 1, verdict: 'AC' }]);
  });

  it('nobody for a thousand submissions of another', async () => {
    const flood = Array.from({ length: 1000 }, (_, number) => number);
    for (let start = 0; start < flood.length; start += 50) {
      await Promise.all(
        flood
          .slice(start, start + 50)
          .map((number) => client.submit({ source: `cat # ${number}\n`, submitter: 'many' })),
      );
    }
    for (let count = 0; count < 3; count += 1) {
      const one = await client.submit({ source: `cat # one ${count}\n`, submitter: 'one' });
      await client.expectVerdict(one, 'AC');
      // Those under way at most, and what was claimed in the same moment: no more than as long again.
      const { rows } = await sql<{ before: number }>`
        select count(*) as before from judgements as own join judgements as other
          on other.started_at between own.queued_at and own.started_at
        where own.submission_id = ${one} and other.fair_share_key like '%:many'`.execute(
        service.db,
      );
      expect(rows[0]?.before).toBeLessThanOrEqual(SLOTS);
    }
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting from judgements where state = 'queued'`.execute(service.db);
    expect(rows[0]?.waiting).toBeGreaterThan(500);
    expect(worker.isAlive).toBe(true);
  });
});
