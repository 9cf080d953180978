import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../../fakes/webhook-receiver.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { clockOffBy, TestService } from '../../fixtures/service/test-service.js';

const HOUR_MS = 3_600_000;
const WAIT = { timeout: 120_000, interval: 250 };

describe('wall clocks that are an hour off (F20)', () => {
  let service: TestService;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    service = await TestService.start();
    receiver = await startWebhookReceiver();
  });
  afterAll(async () => {
    await service.stop();
    await receiver.close();
  });

  it('change no verdict, no lease, no time that is told, and no signature', async () => {
    const early = await service.startApi(0, clockOffBy(-HOUR_MS));
    const late = await service.startApi(0, clockOffBy(HOUR_MS));
    const url = await early.ready();
    await service.publishEcho(url);
    const { body: webhook } = await service.request(`${url}/api/v1/webhooks`, {
      json: { url: receiver.url, event_types: ['judgement.finished'] },
    });
    await service.startWorker(clockOffBy(HOUR_MS));
    await service.startWorker(clockOffBy(-HOUR_MS));
    const submitter = new Submitter(service, url);
    submitter.start(2, { pauseMs: 500 });
    await submitter.accepted(5);
    submitter.url = await late.ready();
    await submitter.accepted(10);
    const expected = await submitter.stop();
    await expectJudged(service, expected);

    // By the database's clock everything took some minutes at most, and nobody took another's job.
    const { rows } = await sql`
      select id, attempt, queued_at, started_at, finished_at from judgements
      where attempt <> 1 or queued_at > started_at or started_at > finished_at
        or now() - queued_at not between interval '0' and interval '20 minutes'
        or now() - finished_at not between interval '0' and interval '20 minutes'`.execute(
      service.db,
    );
    expect(rows).toEqual([]);
    await expect.poll(() => receiver.received.length, WAIT).toBe(expected.size);
    const secret = String(webhook['secret']);
    for (const { body, headers } of receiver.received) new Webhook(secret).verify(body, headers);
    await expectNothingLeft(service);
  });
});
