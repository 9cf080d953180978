import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import { serveProcessMetrics } from '../../../src/metrics/serve-process-metrics.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { startDatabaseProxy, type DatabaseProxy } from '../../fixtures/database-proxy.js';
import {
  insertProblem,
  insertSubmission,
  type ProblemRows,
} from '../../fixtures/submission-rows.js';

const WAIT = { timeout: 60_000, interval: 500 };

describe('the metrics', () => {
  let api: TestApi;
  let proxy: DatabaseProxy;
  let problem: ProblemRows;
  beforeAll(async () => {
    api = await startApi({
      databaseUrl: async (url) => {
        proxy = await startDatabaseProxy(url);
        return proxy.url;
      },
    });
    problem = await insertProblem(api.database.db);
  });
  afterAll(async () => {
    await proxy.set('pass');
    await api.close();
    await proxy.close();
  });

  async function scrape(): Promise<Map<string, number>> {
    const answer = await api.admin.get('/metrics');
    expect(answer.status).toBe(200);
    const samples = answer.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      samples.map((line) => [
        line.slice(0, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' ') + 1)),
      ]),
    );
  }

  const sample = async (name: string) => (await scrape()).get(name);

  async function finish(languageId: string, runs: number): Promise<void> {
    const { submissionId, judgementId } = await insertSubmission(api.database.db, problem);
    await sql`update submissions set language_id = ${languageId} where id = ${submissionId}`.execute(
      api.database.db,
    );
    for (let ordinal = 1; ordinal <= runs; ordinal += 1) {
      await sql`insert into runs (judgement_id, ordinal, run_key, verdict, cpu_time_ms, wall_time_ms,
        memory_bytes, run) values (${judgementId}, ${ordinal}, 'x', 'AC', 250, 500, 1, '{}')`.execute(
        api.database.db,
      );
    }
    await sql`update judgements set state = 'finished', verdict = 'AC', attempt = 2,
      compilation = '{"wallTimeMs": 400}', queued_at = now() - interval '10 seconds',
      started_at = now() - interval '3 seconds', finished_at = now()
      where id = ${judgementId}`.execute(api.database.db);
  }

  it('are for who may read them', async () => {
    expect((await api.anonymous.get('/metrics')).status).toBe(401);
    const { client } = await api.account({ scopes: ['submissions:read'] });
    expect((await client.get('/metrics')).status).toBe(403);
    const answer = await api.admin.get('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('have the process, the queue, workers, alerts and the outbox, with 0 where there is nothing', async () => {
    const samples = await scrape();
    for (const name of [
      'minos_queue_waiting{lane="contest"}',
      'minos_queue_active{lane="rejudge"}',
      'minos_queue_oldest_waiting_seconds{lane="practice"}',
      'minos_workers{state="active"}',
      'minos_workers{state="lost"}',
      'minos_disabled_parts{kind="language"}',
      'minos_webhooks{state="failing"}',
      'minos_webhook_deliveries_pending',
      'minos_outbox_lag_seconds',
      'minos_stale_results_total',
      'minos_event_streams',
    ]) {
      expect(samples.get(name), name).toBe(0);
    }
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect([...samples.keys()].some((name) => name.startsWith('nodejs_eventloop_lag'))).toBe(true);
  });

  it('count each judgement that finishes once, by verdict, language and phases', async () => {
    await scrape();
    await finish('python3', 2);
    await finish('python3', 0);
    await finish('a language that was removed', 0);
    const AC = 'minos_judgements_total{verdict="AC",language="python3",lane="practice"}';
    await expect.poll(() => sample(AC), WAIT).toBe(2);
    const samples = await scrape();
    expect(samples.get(AC)).toBe(2);
    expect(
      samples.get('minos_judgements_total{verdict="AC",language="other",lane="practice"}'),
    ).toBe(1);
    expect(samples.get('minos_judgement_queued_seconds_count{lane="practice"}')).toBe(3);
    expect(samples.get('minos_judgement_queued_seconds_bucket{le="5",lane="practice"}')).toBe(0);
    expect(samples.get('minos_judgement_queued_seconds_bucket{le="10",lane="practice"}')).toBe(3);
    expect(samples.get('minos_judgement_compiling_seconds_sum{language="python3"}')).toBeCloseTo(
      0.8,
    );
    expect(samples.get('minos_judgement_judging_seconds_sum{language="python3"}')).toBeCloseTo(6);
    expect(samples.get('minos_runs_total')).toBe(2);
    expect(samples.get('minos_run_cpu_seconds_total')).toBeCloseTo(0.5);
    expect(samples.get('minos_run_wall_seconds_total')).toBeCloseTo(1);
    expect(samples.get('minos_judging_overhead_seconds_total')).toBeCloseTo(1.6 + 2.6 + 2.6);
    expect(samples.get('minos_judgement_retries_total')).toBe(3);
  });

  it('show what is open and how far the outbox is behind', async () => {
    const { db } = api.database;
    const { submissionId, judgementId } = await insertSubmission(db, problem);
    await sql`insert into alerts (id, kind, message, details)
      values (${newId()}, 'judging-error', 'x', '{}')`.execute(db);
    await sql`insert into workers (id, name, state, slots, facts, toolchains, heartbeat_at) values
      (${newId()}, 'a', 'active', 1, '{}', '{}', now()),
      (${newId()}, 'b', 'active', 1, '{}', '{}', now() - interval '2 minutes')`.execute(db);
    const webhookId = newId();
    // Nobody takes its deliveries.
    await sql`insert into webhooks (id, account_id, url, secret, event_types, all_submissions, retry_at)
      values (${webhookId}, ${problem.accountId}, 'https://x.example/', 'whsec_x', '{}', false, 'infinity')`.execute(
      db,
    );
    await sql`with one as (
        insert into events (submission_id, judgement_id, sequence, type, data)
        values (${submissionId}, ${judgementId}, 1, 'judgement.queued', '{}') returning id
      ) insert into webhook_deliveries (id, webhook_id, event_id, submission_id, next_attempt_at)
      select ${newId()}, ${webhookId}, id, ${submissionId}, now() - interval '1 hour' from one`.execute(
      db,
    );
    await expect.poll(() => sample('minos_alerts_open{kind="judging-error"}'), WAIT).toBe(1);
    const samples = await scrape();
    expect(samples.get('minos_workers{state="active"}')).toBe(1);
    expect(samples.get('minos_workers{state="lost"}')).toBe(1);
    expect(samples.get('minos_webhook_deliveries_pending')).toBe(1);
    expect(samples.get('minos_outbox_lag_seconds')).toBeGreaterThan(3500);
    await sql`update alerts set resolved_at = now()`.execute(db);
    await expect
      .poll(() => sample('minos_alerts_open{kind="judging-error"}'), WAIT)
      .toBeUndefined();
  });

  it('know requests by their routes, so that no client makes labels', async () => {
    await api.admin.get(`/api/v1/webhooks/${newId()}`);
    await api.admin.get(`/api/v1/webhooks/${newId()}`);
    await api.anonymous.get(`/nothing/${newId()}`);
    await api.app.inject({ method: 'PROPFIND' as 'GET', url: '/healthz' });
    const samples = await scrape();
    const name = 'minos_http_request_duration_seconds_count';
    expect(samples.get(`${name}{method="GET",route="/api/v1/webhooks/:id",status="4xx"}`)).toBe(2);
    const routes = new Set(
      [...samples.keys()].flatMap((key) => /route="([^"]*)"/.exec(key)?.[1] ?? []),
    );
    expect([...routes].join(' ')).not.toMatch(/nothing|[0-9a-f]{8}-/);
  });

  it('are not there without the database, and miss nothing when it is back', async () => {
    const AC = 'minos_judgements_total{verdict="AC",language="c",lane="practice"}';
    await proxy.set('refuse');
    proxy.cut();
    await expect.poll(async () => (await api.admin.get('/metrics')).status, WAIT).toBe(503);
    await finish('c', 1);
    await proxy.set('pass');
    await expect.poll(async () => (await api.admin.get('/metrics')).status, WAIT).toBe(200);
    await expect.poll(() => sample(AC), WAIT).toBe(1);
  });

  it('of a process without an API are told on a port of its own', async () => {
    await using served = await serveProcessMetrics('127.0.0.1', 0);
    const answer = await fetch(`http://127.0.0.1:${served.port}/metrics`);
    expect(await answer.text()).toContain('process_cpu_seconds_total');
    expect((await fetch(`http://127.0.0.1:${served.port}/other`)).status).toBe(404);
  });
});
