import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../fakes/webhook-receiver.js';
import { startTcpProxy, type TcpProxy } from '../../fakes/tcp-proxy.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const WAIT = { timeout: 120_000, interval: 250 };

describe('targets of webhooks', () => {
  let service: TestService;
  let submitter: Submitter;
  let port: number;
  let well: WebhookReceiver;
  let target: WebhookReceiver;
  let proxy: TcpProxy;
  beforeAll(async () => {
    service = await TestService.start();
    well = await startWebhookReceiver();
    target = await startWebhookReceiver();
    proxy = await startTcpProxy({ host: '127.0.0.1', port: target.port });
    const api = await service.startApi();
    const url = await api.ready();
    port = Number(new URL(url).port);
    await service.publishEcho(url);
    for (const hook of [well.url, `http://127.0.0.1:${proxy.port}/hook`]) {
      const made = await service.request(`${url}/api/v1/webhooks`, { json: { url: hook } });
      expect(made.status).toBe(201);
    }
    submitter = new Submitter(service, url);
    await service.startWorker();
    await api.stop();
  });
  afterAll(async () => {
    await service.stop();
    await proxy.close();
    await Promise.all([well.close(), target.close()]);
  });

  /** Ids of messages in the order of their first arrival. */
  const arrived = ({ received }: WebhookReceiver) => [
    ...new Set(received.map(({ headers }) => headers['webhook-id'] ?? '')),
  ];

  async function sent(): Promise<readonly string[]> {
    const { rows } = await sql<{ id: string }>`
      select submission_id || '.' || sequence as id from events order by id`.execute(service.db);
    return rows.map(({ id }) => id);
  }

  function expectInOrder(ids: readonly string[]): void {
    const bySubmission = Map.groupBy(ids, (id) => id.split('.')[0]);
    for (const [, ofOne] of bySubmission) {
      const numbers = ofOne.map((id) => Number(id.split('.')[1]));
      expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
    }
  }

  it('that are down for an hour hold up nobody, and get everything when they are back (F34)', async () => {
    const api = await service.startApi(port);
    await proxy.set('refuse');
    submitter.start(2);
    await submitter.accepted(8);
    const expected = await submitter.stop();
    await expectJudged(service, expected);
    const all = await sent();
    await expect.poll(() => arrived(well).length, WAIT).toBe(all.length);
    expectInOrder(arrived(well));
    // An hour passes, with the tries that fall due in it.
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await sql`update webhook_deliveries set next_attempt_at = next_attempt_at - interval '5 minutes'
        where state = 'pending'`.execute(service.db);
      await sql`update webhooks set retry_at = retry_at - interval '5 minutes',
        failing_since = failing_since - interval '5 minutes'`.execute(service.db);
      await new Promise((wake) => setTimeout(wake, 300));
    }
    expect(target.received).toEqual([]);
    await proxy.set('pass');
    await sql`update webhooks set retry_at = now()`.execute(service.db);
    await expect.poll(() => arrived(target).length, WAIT).toBe(all.length);
    expectInOrder(arrived(target));
    await api.stop();
  });

  it('are told of a verdict although everything was killed right after its commit (F3)', async () => {
    const api = await service.startApi(port);
    const worker = await service.startWorker();
    // Attempts are under way, and not answered, when the process that makes them is killed.
    target.answerWith(() => undefined);
    const id = await submitter.submit();
    const verdict = async () => {
      const { rows } = await sql<{ verdict: string | null }>`
        select verdict from judgements where submission_id = ${id} and current`.execute(service.db);
      return rows[0]?.verdict;
    };
    await expect.poll(verdict, { timeout: 120_000, interval: 5 }).not.toBeNull();
    await Promise.all([worker.kill(), api.kill()]);
    const { rows } = await sql<{ type: string }>`
      select type from events where submission_id = ${id} order by sequence desc limit 1`.execute(
      service.db,
    );
    expect(rows).toEqual([{ type: 'judgement.finished' }]);
    target.answerWith(status(204));
    const next = await service.startApi(port);
    await service.startWorker();
    await expect
      .poll(async () => {
        const all = (await sent()).filter((message) => message.startsWith(id));
        return [well, target].map((one) => {
          return arrived(one).filter((message) => message.startsWith(id)).length - all.length;
        });
      }, WAIT)
      .toEqual([0, 0]);
    for (const one of [well, target]) expectInOrder(arrived(one));
    await expectJudged(service, await submitter.stop());
    await next.stop();
    await expectNothingLeft(service);
  });
});
