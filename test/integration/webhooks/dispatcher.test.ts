import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Listener } from '../../../src/database/listener.js';
import { newId } from '../../../src/database/new-id.js';
import { appendEvent } from '../../../src/events/append-events.js';
import { AddressGuard } from '../../../src/webhooks/address-guard.js';
import { WebhookDispatcher, type DispatcherOptions } from '../../../src/webhooks/dispatcher.js';
import { sendRequest } from '../../../src/webhooks/send-request.js';
import { newWebhookSecret } from '../../../src/webhooks/webhook-secret.js';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../fakes/webhook-receiver.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import {
  insertProblem,
  insertSubmission,
  type ProblemRows,
  type SubmissionRows,
} from '../../fixtures/submission-rows.js';

const WAIT = { timeout: 60_000, interval: 25 };

let database: TestDatabase;
let listener: Listener;
let problem: ProblemRows;
let receiver: WebhookReceiver;
const dispatchers: WebhookDispatcher[] = [];
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  listener = new Listener({ url: database.url });
  problem = await insertProblem(database.db);
});
afterAll(async () => {
  await listener.close();
  await database.drop();
});
beforeEach(async () => {
  receiver = await newReceiver();
});
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((one) => one.stop()));
  await Promise.all(receivers.splice(0).map((one) => one.close()));
  await database.db.updateTable('webhooks').set({ deleted_at: new Date() }).execute();
});

async function newReceiver(): Promise<WebhookReceiver> {
  const one = await startWebhookReceiver();
  receivers.push(one);
  return one;
}

function startDispatcher(
  options: Partial<DispatcherOptions> = {},
  deadlineMs = 10_000,
): WebhookDispatcher {
  const guard = new AddressGuard({ allow: ['127.0.0.0/8'] });
  const dispatcher = new WebhookDispatcher(
    {
      db: database.db,
      listener,
      send: (target, signal) =>
        sendRequest(target, { guard, resolve: async (host) => [host], deadlineMs, signal }),
      log: { info: () => undefined, warn: () => undefined },
    },
    { pollMs: 50, ...options },
  );
  dispatchers.push(dispatcher);
  dispatcher.start();
  return dispatcher;
}

async function insertWebhook(url: string, accountId = problem.accountId) {
  const id = newId();
  const secret = newWebhookSecret();
  await database.db
    .insertInto('webhooks')
    .values({
      id,
      account_id: accountId,
      url,
      secret,
      previous_secret: null,
      previous_secret_until: null,
      event_types: ['judgement.run', 'judgement.finished'],
      all_submissions: false,
      disabled_at: null,
      disabled_reason: null,
      deleted_at: null,
      failing_since: null,
      retry_at: null,
    })
    .execute();
  return { id, secret };
}

/** Events of a new submission, `count` of them, each in a transaction of its own. */
async function submit(count: number, of: ProblemRows = problem): Promise<SubmissionRows> {
  const rows = await insertSubmission(database.db, of);
  for (let ordinal = 1; ordinal <= count; ordinal += 1) await tell(rows, ordinal);
  return rows;
}

async function tell(rows: SubmissionRows, ordinal: number): Promise<void> {
  await database.db
    .transaction()
    .execute((tx) => appendEvent(tx, { ...rows, type: 'judgement.run', data: { ordinal } }));
}

function deliveries(webhookId: string) {
  return database.db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .orderBy('event_id')
    .execute();
}

async function states(webhookId: string) {
  const counts = new Map<string, number>();
  for (const { state } of await deliveries(webhookId)) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** As if all pauses were over. */
async function skipPauses(webhookId: string): Promise<void> {
  await database.db
    .updateTable('webhooks')
    .set({ retry_at: null })
    .where('id', '=', webhookId)
    .execute();
  await sql`update webhook_deliveries set next_attempt_at = now()
    where webhook_id = ${webhookId} and state = 'pending'`.execute(database.db);
}

function sent({ received }: WebhookReceiver) {
  return received.map(({ headers, body }) => ({
    id: headers['webhook-id'] ?? '',
    ...(JSON.parse(body) as { type: string; data: { ordinal: number; submission_id: string } }),
  }));
}

describe('the dispatcher of webhooks', () => {
  it('delivers the events of a submission, signed and in their order', async () => {
    const webhook = await insertWebhook(receiver.url);
    startDispatcher();
    const { submissionId } = await submit(10);
    await expect.poll(() => states(webhook.id), WAIT).toEqual({ delivered: 10 });
    expect(sent(receiver).map(({ data }) => data.ordinal)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 1),
    );
    const [first] = receiver.received;
    expect(first?.headers['webhook-id']).toBe(`${submissionId}.1`);
    expect(
      new Webhook(webhook.secret).verify(first?.body ?? '', first?.headers ?? {}),
    ).toMatchObject({
      type: 'judgement.run',
      data: { ordinal: 1, submission_id: submissionId, sequence: 1 },
    });
    expect(await deliveries(webhook.id)).toMatchObject(
      Array.from({ length: 10 }, () => ({ attempts: 1, last_status: 204, last_error: null })),
    );
  });

  it('signs with the secret before, too, as long as that is valid', async () => {
    const webhook = await insertWebhook(receiver.url);
    const previous = newWebhookSecret();
    await sql`update webhooks set previous_secret = ${previous},
      previous_secret_until = now() + interval '1 hour' where id = ${webhook.id}`.execute(
      database.db,
    );
    startDispatcher();
    await submit(1);
    await expect.poll(() => receiver.received.length, WAIT).toBe(1);
    const { body = '', headers = {} } = receiver.received[0] ?? {};
    for (const key of [previous, webhook.secret]) new Webhook(key).verify(body, headers);
    await sql`update webhooks set previous_secret_until = now() - interval '1 second'
      where id = ${webhook.id}`.execute(database.db);
    await submit(1);
    await expect.poll(() => receiver.received.length, WAIT).toBe(2);
    const later = receiver.received[1];
    expect(() => new Webhook(previous).verify(later?.body ?? '', later?.headers ?? {})).toThrow();
  });

  it('tries again after a failure, and lets nothing of the submission overtake', async () => {
    const webhook = await insertWebhook(receiver.url);
    receiver.answerWith(status(500));
    startDispatcher();
    const { submissionId } = await submit(3);
    await expect
      .poll(() => deliveries(webhook.id), WAIT)
      .toMatchObject([{ attempts: 1, last_status: 500 }, { attempts: 0 }, { attempts: 0 }]);
    const other = await submit(1);
    await expect.poll(() => receiver.received.length, WAIT).toBe(2);
    receiver.answerWith(status(204));
    await skipPauses(webhook.id);
    await expect.poll(() => states(webhook.id), WAIT).toEqual({ delivered: 4 });
    const ids = sent(receiver).map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith(submissionId))).toEqual(
      [1, 1, 2, 3].map((sequence) => `${submissionId}.${sequence}`),
    );
    expect(ids).toContain(`${other.submissionId}.1`);
  });

  it('waits longer after each failure, as long as the target asks for', async () => {
    const webhook = await insertWebhook(receiver.url);
    receiver.answerWith(status(503, ['retry-after: 600']));
    startDispatcher();
    await submit(1);
    const waitS = async () => {
      const { rows } = await sql<{ seconds: number }>`
        select extract(epoch from next_attempt_at - now())::float8 as seconds
        from webhook_deliveries where webhook_id = ${webhook.id} and last_status = 503`.execute(
        database.db,
      );
      return rows[0]?.seconds ?? 0;
    };
    await expect.poll(waitS, WAIT).toBeGreaterThan(500);
  });

  it('gives a delivery up after the last attempt, and goes on with the next', async () => {
    const webhook = await insertWebhook(receiver.url);
    receiver.answerWith((socket, message) =>
      status(message.body.includes('"ordinal":1') ? 422 : 204)(socket, message),
    );
    startDispatcher();
    await submit(2);
    await expect
      .poll(async () => {
        await skipPauses(webhook.id);
        return (await deliveries(webhook.id)).map(({ state }) => state);
      }, WAIT)
      .toEqual(['dead', 'delivered']);
    expect(await deliveries(webhook.id)).toMatchObject([
      { attempts: 11, last_status: 422, last_error: 'answered with status 422' },
      { attempts: 1 },
    ]);
  });

  it('tries a target that is down with one delivery at a time, and all at once when it is back', async () => {
    const webhook = await insertWebhook(receiver.url);
    receiver.answerWith(status(502));
    startDispatcher();
    for (let count = 0; count < 30; count += 1) await submit(1);
    // The first fail together; then it counts as down, and each pause lets one through.
    const failures = async () => (await webhookRow(webhook.id)).failures;
    await expect.poll(failures, WAIT).toBeGreaterThanOrEqual(5);
    const before = receiver.received.length;
    expect(before).toBeLessThan(12);
    await database.db
      .updateTable('webhooks')
      .set({ retry_at: null })
      .where('id', '=', webhook.id)
      .execute();
    await expect.poll(() => receiver.received.length, WAIT).toBe(before + 1);
    receiver.answerWith(status(204));
    await database.db
      .updateTable('webhooks')
      .set({ retry_at: null })
      .where('id', '=', webhook.id)
      .execute();
    await expect.poll(() => states(webhook.id), WAIT).toEqual({ delivered: 30 });
    expect(await webhookRow(webhook.id)).toMatchObject({ failures: 0, failing_since: null });
  });

  it('delivers to others while a target keeps every connection open', async () => {
    receiver.answerWith(() => undefined);
    const hanging = await Promise.all(Array.from({ length: 3 }, () => insertWebhook(receiver.url)));
    const well = await newReceiver();
    const other = await insertProblem(database.db, { account: 'other', problem: 'other' });
    const webhook = await insertWebhook(well.url, other.accountId);
    startDispatcher({ room: { total: 12, perAccount: 8, perWebhook: 4 } });
    for (let count = 0; count < 10; count += 1) await submit(2);
    await expect.poll(() => receiver.open, WAIT).toBe(8);
    for (let count = 0; count < 10; count += 1) await submit(2, other);
    await expect.poll(() => states(webhook.id), WAIT).toEqual({ delivered: 20 });
    expect(receiver.open).toBe(8);
    for (const { id } of hanging) expect(await states(id)).toEqual({ pending: 20 });
  });

  it('disables a webhook that failed for days, or is gone, with the reason', async () => {
    const long = await insertWebhook(receiver.url);
    await sql`update webhooks set failing_since = now() - interval '6 days', failures = 1
      where id = ${long.id}`.execute(database.db);
    receiver.answerWith(status(500));
    startDispatcher();
    await submit(2);
    await expect
      .poll(() => webhookRow(long.id), WAIT)
      .toMatchObject({
        disabled_at: expect.any(Date) as Date,
        disabled_reason: expect.stringContaining('five days') as string,
      });
    expect(await states(long.id)).toEqual({ dead: 2 });
    const gone = await insertWebhook(receiver.url);
    receiver.answerWith(status(410));
    await submit(1);
    await expect
      .poll(() => webhookRow(gone.id), WAIT)
      .toMatchObject({ disabled_reason: expect.stringContaining('410') as string });
    const { submissionId } = await submit(1);
    const rows = await database.db
      .selectFrom('webhook_deliveries')
      .select('id')
      .where('submission_id', '=', submissionId)
      .execute();
    expect(rows).toEqual([]);
  });

  it('sends nothing for an account that is disabled', async () => {
    const other = await insertProblem(database.db, { account: 'left', problem: 'left' });
    const webhook = await insertWebhook(receiver.url, other.accountId);
    await database.db
      .updateTable('accounts')
      .set({ disabled_at: new Date() })
      .where('id', '=', other.accountId)
      .execute();
    await submit(1, other);
    const mine = await insertWebhook(receiver.url);
    startDispatcher();
    await submit(1);
    await expect.poll(() => states(mine.id), WAIT).toEqual({ delivered: 1 });
    expect(await states(webhook.id)).toEqual({ pending: 1 });
  });

  it('ends what waited for a day for a target that is down', async () => {
    const webhook = await insertWebhook(receiver.url);
    await submit(1);
    await sql`update webhooks set failures = 9, failing_since = now() - interval '25 hours',
      retry_at = now() + interval '1 hour' where id = ${webhook.id}`.execute(database.db);
    await sql`update webhook_deliveries set next_attempt_at = now() - interval '25 hours'
      where webhook_id = ${webhook.id}`.execute(database.db);
    startDispatcher();
    await expect
      .poll(() => deliveries(webhook.id), WAIT)
      .toMatchObject([{ state: 'dead', attempts: 0, last_error: 'the target was down for a day' }]);
  });

  it('delivers each event once although several processes dispatch', async () => {
    const webhook = await insertWebhook(receiver.url);
    for (let count = 0; count < 4; count += 1) startDispatcher();
    const submissions = await Promise.all(Array.from({ length: 12 }, () => submit(10)));
    await expect.poll(() => states(webhook.id), WAIT).toEqual({ delivered: 120 });
    const messages = sent(receiver);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(120);
    expect(messages).toHaveLength(120);
    for (const { submissionId } of submissions) {
      const ordinals = messages
        .filter(({ data }) => data.submission_id === submissionId)
        .map(({ data }) => data.ordinal);
      expect(ordinals).toEqual([...ordinals].sort((a, b) => a - b));
    }
  });

  it('takes over, under the same id, what a process that died had under way', async () => {
    const webhook = await insertWebhook(receiver.url);
    await submit(1);
    // As a process leaves it that is killed after its claim.
    await sql`update webhook_deliveries set attempts = 1, next_attempt_at = now() + interval '1 second'
      where webhook_id = ${webhook.id}`.execute(database.db);
    startDispatcher();
    await expect
      .poll(() => deliveries(webhook.id), WAIT)
      .toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('changes nothing when it is late with the outcome', async () => {
    const webhook = await insertWebhook(receiver.url);
    let answer = (): void => undefined;
    receiver.answerWith((socket, message) => {
      answer = () => status(500)(socket, message);
    });
    startDispatcher();
    await submit(1);
    await expect.poll(() => receiver.received.length, WAIT).toBe(1);
    // Somebody else took over, and delivered.
    await sql`update webhook_deliveries set attempts = 2, state = 'delivered'
      where webhook_id = ${webhook.id}`.execute(database.db);
    answer();
    await dispatchers.pop()?.stop();
    expect(await deliveries(webhook.id)).toMatchObject([
      { state: 'delivered', attempts: 2, last_error: null },
    ]);
    expect(await webhookRow(webhook.id)).toMatchObject({ failures: 0 });
  });

  it('gives back what is under way when it has to stop', async () => {
    const webhook = await insertWebhook(receiver.url);
    receiver.answerWith(() => undefined);
    const dispatcher = startDispatcher({}, 60_000);
    await submit(1);
    await expect.poll(() => receiver.open, WAIT).toBe(1);
    dispatchers.splice(dispatchers.indexOf(dispatcher), 1);
    const startedAtMs = performance.now();
    await dispatcher.stop();
    expect(performance.now() - startedAtMs).toBeLessThan(9000);
    await expect.poll(() => receiver.open, WAIT).toBe(0);
    const [row] = await deliveries(webhook.id);
    expect(row).toMatchObject({ state: 'pending', attempts: 0, last_error: null });
    expect(row?.next_attempt_at.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('goes on after the database was away', async () => {
    const webhook = await insertWebhook(receiver.url);
    startDispatcher();
    await submit(1);
    await expect.poll(() => states(webhook.id), WAIT).toEqual({ delivered: 1 });
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db);
    await expect
      .poll(
        () =>
          submit(1)
            .then(() => true)
            .catch(() => false),
        WAIT,
      )
      .toBe(true);
    await expect.poll(async () => (await states(webhook.id))['pending'] ?? 0, WAIT).toBe(0);
  });
});

async function webhookRow(id: string) {
  return database.db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
