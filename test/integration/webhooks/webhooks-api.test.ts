import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { newId } from '../../../src/database/new-id.js';
import { appendEvent } from '../../../src/events/append-events.js';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../fakes/webhook-receiver.js';
import { startApi, type TestAccount, type TestApi } from '../../fixtures/api/start-api.js';
import { insertProblem, insertSubmission } from '../../fixtures/submission-rows.js';

const WAIT = { timeout: 60_000, interval: 25 };
const HOOKS = '/api/v1/webhooks';

interface Hook {
  readonly id: string;
  readonly secret: string;
}

describe('the API of webhooks', () => {
  let api: TestApi;
  let account: TestAccount;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    api = await startApi({ webhooks: { allowHttp: true, allowAddresses: ['127.0.0.0/8'] } });
    account = await api.account({ scopes: ['webhooks:write', 'submissions:read'] });
    receiver = await startWebhookReceiver();
  });
  afterAll(async () => {
    await api.close();
    await receiver.close();
  });

  async function create(body: object = {}, of = account): Promise<Hook> {
    const answer = await of.client.post(HOOKS, { url: receiver.url, ...body });
    expect(answer.status).toBe(201);
    return answer.json<Hook>();
  }

  it('makes a webhook, and shows its secret this once', async () => {
    const hook = await create({ event_types: ['judgement.finished'] });
    expect(hook).toMatchObject({
      url: receiver.url,
      event_types: ['judgement.finished'],
      all_submissions: false,
      enabled: true,
      disabled_reason: null,
      failing_since: null,
      secret: expect.stringMatching(/^whsec_/) as string,
    });
    const got = await account.client.get(`${HOOKS}/${hook.id}`);
    expect(got.json()).toMatchObject({ id: hook.id });
    expect(got.text).not.toContain('whsec_');
    const list = await account.client.get(HOOKS);
    expect(list.text).toContain(hook.id);
    expect(list.text).not.toContain('whsec_');
  });

  it.each<[object, number]>([
    [{}, 400],
    [{ url: 1 }, 400],
    [{ url: 'https://example.com/', secret: 'whsec_x' }, 400],
    [{ url: 'https://example.com/', event_types: ['everything'] }, 400],
    [{ url: 'https://example.com/', event_types: 'judgement.run' }, 400],
    [{ url: 'https://example.com/', event_types: null }, 400],
    [{ url: 'https://example.com/', all_submissions: null }, 400],
    [{ url: 'https://example.com/', event_types: ['judgement.run', 'judgement.run'] }, 400],
    [{ url: 'https://example.com/', all_submissions: 'yes' }, 400],
    [{ url: `https://example.com/${'x'.repeat(2000)}` }, 400],
    [{ url: 'file:///etc/passwd' }, 422],
    [{ url: 'https://user:word@example.com/' }, 422],
    [{ url: 'https://10.0.0.1/' }, 422],
    [{ url: 'https://169.254.169.254/latest/meta-data' }, 422],
    [{ url: 'https://[::1]/' }, 422],
    [{ url: 'https://[::ffff:10.0.0.1]/' }, 422],
    [{ url: 'https://example.com/', all_submissions: true }, 403],
  ])('does not take %o', async (body, code) => {
    expect((await account.client.post(HOOKS, body)).status).toBe(code);
  });

  it('holds changes to the same rules', async () => {
    const { id } = await create();
    const patch = async (body: object) =>
      (await account.client.patch(`${HOOKS}/${id}`, body)).status;
    expect(await patch({ url: 'https://192.168.0.1/' })).toBe(422);
    expect(await patch({ all_submissions: true })).toBe(403);
    expect(await patch({ event_types: ['x'] })).toBe(400);
    expect(await patch({ event_types: null })).toBe(400);
    expect(await patch({ url: `${receiver.url}2`, event_types: [] })).toBe(200);
    expect(await patch({})).toBe(200);
    const got = await account.client.get(`${HOOKS}/${id}`);
    expect(got.json()).toMatchObject({ url: `${receiver.url}2`, event_types: [] });
  });

  it('hides the webhooks of others as if there were none', async () => {
    const { id } = await create();
    const other = await api.account({ scopes: ['webhooks:write'] });
    const delivery = newId();
    for (const client of [other.client, api.admin]) {
      const answers = await Promise.all([
        client.get(`${HOOKS}/${id}`),
        client.patch(`${HOOKS}/${id}`, { enabled: false }),
        client.delete(`${HOOKS}/${id}`),
        client.post(`${HOOKS}/${id}/rotate-secret`),
        client.post(`${HOOKS}/${id}/test`),
        client.get(`${HOOKS}/${id}/deliveries`),
        client.post(`${HOOKS}/${id}/deliveries/${delivery}/redeliver`),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual(Array(7).fill(404));
      expect((await client.get(HOOKS)).text).not.toContain(id);
    }
    const reader = await api.account({ scopes: ['submissions:read'] });
    expect((await reader.client.get(HOOKS)).status).toBe(403);
    expect((await api.anonymous.get(HOOKS)).status).toBe(401);
  });

  it('gives an account twenty', async () => {
    const many = await api.account({ scopes: ['webhooks:write'] });
    for (let count = 0; count < 20; count += 1) await create({}, many);
    expect((await many.client.post(HOOKS, { url: receiver.url })).status).toBe(409);
    expect(await many.client.all(`${HOOKS}?limit=7`)).toHaveLength(20);
  });

  it('tests a target at once, and says how it went', async () => {
    const { id, secret } = await create();
    const before = receiver.received.length;
    const answer = await account.client.post(`${HOOKS}/${id}/test`);
    expect(answer.json()).toMatchObject({ delivered: true, status: 204, error: null });
    const { body = '', headers = {} } = receiver.received[before] ?? {};
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'webhook.test' });
    receiver.answerWith(status(302, ['location: http://127.0.0.1/']));
    expect((await account.client.post(`${HOOKS}/${id}/test`)).json()).toMatchObject({
      delivered: false,
      status: 302,
      error: 'redirects are not followed (status 302)',
    });
    receiver.answerWith(status(204));
  });

  it('rotates the secret, and signs with both for a day', async () => {
    const { id, secret } = await create();
    const rotated = (await account.client.post(`${HOOKS}/${id}/rotate-secret`)).json<{
      secret: string;
      previous_until: string;
    }>();
    expect(rotated.secret).not.toBe(secret);
    expect(Date.parse(rotated.previous_until) - Date.now()).toBeGreaterThan(20 * 3_600_000);
  });

  it('delivers events of the account, lists the deliveries, and redelivers', async () => {
    const owner = await api.account({ scopes: ['webhooks:write'] });
    const problem = await insertProblem(api.database.db, { account: 'someone', problem: 'one' });
    const { id } = await create({ event_types: ['judgement.run'] }, owner);
    const all = await create({ all_submissions: true }, api.adminAccount);
    const rows = await insertSubmission(api.database.db, { ...problem, accountId: owner.id });
    const strange = await insertSubmission(api.database.db, problem);
    for (const submission of [rows, strange]) {
      for (const type of ['judgement.started', 'judgement.run'] as const) {
        await api.database.db
          .transaction()
          .execute((tx) => appendEvent(tx, { ...submission, type, data: { ordinal: 1 } }));
      }
    }
    const url = `${HOOKS}/${id}/deliveries`;
    const delivered = async () =>
      (await owner.client.all<{ id: string; attempts: number }>(`${url}?state=delivered`)).map(
        (delivery) => ({ ...delivery }),
      );
    await expect.poll(async () => (await delivered()).length, WAIT).toBe(1);
    expect(await delivered()).toMatchObject([
      {
        message_id: `${rows.submissionId}.2`,
        event_type: 'judgement.run',
        submission_id: rows.submissionId,
        attempts: 1,
        last_status: 204,
        last_error: null,
        next_attempt_time: null,
      },
    ]);
    await expect
      .poll(async () => (await api.admin.all(`${HOOKS}/${all.id}/deliveries?limit=1`)).length, WAIT)
      .toBe(4);

    const [delivery] = await delivered();
    const redeliver = () => owner.client.post(`${url}/${delivery?.id ?? ''}/redeliver`);
    expect((await redeliver()).status).toBe(202);
    await expect.poll(async () => (await delivered())[0]?.attempts, WAIT).toBe(2);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    // Two webhooks were told of it, and one of them once more.
    expect(ids.filter((one) => one === `${rows.submissionId}.2`)).toHaveLength(3);

    await owner.client.patch(`${HOOKS}/${id}`, { enabled: false });
    expect((await redeliver()).status).toBe(409);
    const got = await owner.client.get(`${HOOKS}/${id}`);
    expect(got.json()).toMatchObject({ enabled: false, disabled_reason: 'disabled by its owner' });
    await owner.client.patch(`${HOOKS}/${id}`, { enabled: true });
    expect((await owner.client.get(`${HOOKS}/${id}`)).json()).toMatchObject({
      enabled: true,
      disabled_reason: null,
    });
    expect((await owner.client.delete(`${HOOKS}/${id}`)).status).toBe(204);
    expect((await owner.client.get(`${HOOKS}/${id}`)).status).toBe(404);
    expect((await owner.client.get(url)).status).toBe(404);
  });

  it('says in the audit who made, changed and removed what, without secrets', async () => {
    const { id, secret } = await create();
    await account.client.patch(`${HOOKS}/${id}`, { url: `${receiver.url}?key=hidden` });
    await account.client.post(`${HOOKS}/${id}/rotate-secret`);
    await account.client.delete(`${HOOKS}/${id}`);
    const entries = await api.database.db
      .selectFrom('audit_entries')
      .selectAll()
      .where('object', '=', id)
      .orderBy('id')
      .execute();
    expect(entries.map(({ actor, action }) => [actor, action])).toEqual(
      ['create', 'change', 'rotate-secret', 'delete'].map((verb) => [
        account.id,
        `webhook.${verb}`,
      ]),
    );
    expect(JSON.stringify(entries)).not.toMatch(/whsec_|hidden/);
    expect(secret).toMatch(/^whsec_/);
  });

  it('takes only cursors that it gave', async () => {
    const { id } = await create();
    for (const key of ['0', '-1', '1e3', 'x', newId()]) {
      const cursor = Buffer.from(key).toString('base64url');
      const answer = await account.client.get(`${HOOKS}/${id}/deliveries?cursor=${cursor}`);
      expect(answer.status).toBe(400);
    }
  });
});
