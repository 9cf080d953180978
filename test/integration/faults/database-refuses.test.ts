import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const WAIT = { timeout: 60_000, interval: 250 };

describe('a database that refuses', () => {
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

  const submit = () => submitter.attempt();

  /** Works again, with the same processes, and has lost nothing. */
  async function expectRecovered(): Promise<void> {
    await submitter.accepted(submitter.count + 3);
    await expectJudged(service, await submitter.stop());
    expect(api.isAlive && worker.isAlive).toBe(true);
  }

  it('to write: submissions are answered 503, reading goes on, and nothing is lost (F8)', async () => {
    submitter.start(2, { pauseMs: 500 });
    await submitter.accepted(3);
    await setReadOnly('on');
    await expect.poll(async () => (await submit()).status, WAIT).toBe(503);
    const refused = await submit();
    expect(refused.body['code']).toBe('database-unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await service.request(`${url}/api/v1/submissions`)).status).toBe(200);
    await setReadOnly('off');
    await expectRecovered();
  });

  async function setReadOnly(value: 'on' | 'off'): Promise<void> {
    const client = new Client({ connectionString: service.postgres.url });
    await client.connect();
    await client.query(`alter system set default_transaction_read_only = ${value}`);
    await client.query('select pg_reload_conf()');
    await client.end();
  }

  it('more connections: requests are answered 503 in time, and nothing is lost (F9)', async () => {
    submitter.start(2, { pauseMs: 500 });
    await submitter.accepted(submitter.count + 3);
    const { rows } = await sql<{ most: number }>`
      select current_setting('max_connections')::integer as most`.execute(service.db);
    const others: Client[] = [];
    const occupy = async (): Promise<void> => {
      for (let count = others.length; count < (rows[0]?.most ?? 0); count += 1) {
        const client = new Client({ connectionString: service.postgres.url });
        client.on('error', () => undefined);
        try {
          await client.connect();
          others.push(client);
        } catch {
          await client.end().catch(() => undefined);
          return;
        }
      }
    };
    // Whoever is first takes a place that comes free: again, until the processes have none.
    const refusal = async (): Promise<number> => {
      api.database.cut();
      worker.database.cut();
      await occupy();
      return (await submit()).status;
    };
    await expect.poll(refusal, WAIT).toBe(503);
    expect((await service.request(`${url}/healthz`)).status).toBe(200);
    await Promise.all(others.map((client) => client.end()));
    await expectRecovered();
  });

  it('to hurry: what waits for locks does not wait for ever, and others are told so (F9)', async () => {
    submitter.start(2, { pauseMs: 500 });
    await submitter.accepted(submitter.count + 3);
    const locker = new Client({ connectionString: service.postgres.url });
    locker.on('error', () => undefined);
    await locker.connect();
    await locker.query('begin; lock table submissions in access exclusive mode');
    // More than there are connections in the pool.
    const startedAtMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 25 }, submit));
    // Ten seconds, and as much again for a machine that has other things to do.
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    await locker.query('rollback');
    await locker.end();
    await expectRecovered();
    await expectNothingLeft(service);
  });
});
