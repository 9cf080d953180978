import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renewAdministratorSecret } from '../../../src/accounts/administrator.js';
import { ALL_SCOPES, SCOPES } from '../../../src/accounts/principal.js';
import { newId } from '../../../src/database/new-id.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const me = (token: string) => api.client(token).get('/api/v1/me');
const newToken = (body: object) => api.admin.post('/api/v1/tokens', { name: 't', ...body });

async function newSecret(): Promise<string> {
  const made = await renewAdministratorSecret(api.database.db, api.adminAccount.name);
  return made?.secret ?? '';
}

describe('signing in', () => {
  it('gives an administrator a token with every scope, for a secret that works once', async () => {
    const secret = await newSecret();
    const first = await api.anonymous.post('/api/v1/sign-in', { secret });
    expect(first.status).toBe(201);
    const { token, account } = first.json<{ token: string; account: object }>();
    expect(account).toMatchObject({ name: 'test-admin', admin: true });
    expect((await me(token)).json()).toMatchObject({ admin: true, scopes: ALL_SCOPES });
    const second = await api.anonymous.post('/api/v1/sign-in', { secret });
    expect(second.status).toBe(401);
  });

  it('lets one of twenty at once in', async () => {
    const secret = await newSecret();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.anonymous.post('/api/v1/sign-in', { secret })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  it('refuses secrets that are unknown, expired, or of a disabled account, in the same words', async () => {
    const secret = await newSecret();
    const { db } = api.database;
    await db
      .updateTable('sign_in_secrets')
      .set({ expires_at: sql<Date>`now() - interval '1 second'` })
      .where('used_at', 'is', null)
      .execute();
    const expired = await api.anonymous.post('/api/v1/sign-in', { secret });
    const unknown = await api.anonymous.post('/api/v1/sign-in', { secret: 'guess' });
    expect(expired.status).toBe(401);
    expect(expired.json()).toEqual(unknown.json());
  });

  it('is in the audit, without the secret', async () => {
    const secret = await newSecret();
    await api.anonymous.post('/api/v1/sign-in', { secret });
    await api.anonymous.post('/api/v1/sign-in', { secret: 'another-guess' });
    const entries = await api.database.db.selectFrom('audit_entries').selectAll().execute();
    const actions = entries.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['account.sign-in', 'account.sign-in-refused']));
    expect(JSON.stringify(entries)).not.toContain(secret);
    expect(JSON.stringify(entries)).not.toContain('another-guess');
  });
});

describe('a token', () => {
  it('is kept as a hash, and shown once', async () => {
    const made = await newToken({ scopes: ['submissions:read'] });
    expect(made.status).toBe(201);
    const { token, id } = made.json<{ token: string; id: string }>();
    expect(token).toMatch(/^mns_[A-Za-z0-9_-]{43}$/);
    const row = await api.database.db
      .selectFrom('api_tokens')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify({ ...row, hash: row.hash.toString('latin1') })).not.toContain(token);
    expect((await api.admin.get('/api/v1/tokens?limit=100')).text).not.toContain(token);
    expect((await me(token)).json()).toMatchObject({ scopes: ['submissions:read'] });
  });

  it('stops at once when it is revoked, and can be revoked twice', async () => {
    const { token, id } = (await newToken({ scopes: [] })).json<{ token: string; id: string }>();
    expect((await me(token)).status).toBe(200);
    expect((await api.admin.delete(`/api/v1/tokens/${id}`)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
    expect((await api.admin.delete(`/api/v1/tokens/${id}`)).status).toBe(204);
  });

  it('stops when it expires', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const made = await newToken({ scopes: [], expires_at });
    const { token, id } = made.json<{ token: string; id: string }>();
    await api.database.db
      .updateTable('api_tokens')
      .set({ expires_at: sql<Date>`now() - interval '1 second'` })
      .where('id', '=', id)
      .execute();
    expect((await me(token)).status).toBe(401);
  });

  it('stops when its account is disabled, and works again when that is enabled', async () => {
    const { id, client } = await api.account();
    expect((await client.get('/api/v1/me')).status).toBe(200);
    await api.admin.patch(`/api/v1/accounts/${id}`, { disabled: true });
    expect((await client.get('/api/v1/me')).status).toBe(401);
    await api.admin.patch(`/api/v1/accounts/${id}`, { disabled: false });
    expect((await client.get('/api/v1/me')).status).toBe(200);
  });

  it('remembers when it was used', async () => {
    const { token, id } = (await newToken({ scopes: [] })).json<{ token: string; id: string }>();
    await me(token);
    await expect
      .poll(
        async () => {
          const row = await api.database.db
            .selectFrom('api_tokens')
            .select('last_used_at')
            .where('id', '=', id)
            .executeTakeFirst();
          return row?.last_used_at;
        },
        { timeout: 60_000 },
      )
      .toBeInstanceOf(Date);
  });

  it.each([
    ['no token of ours', 'Bearer abc'],
    ['a JSON web token without a signature', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
    ['another scheme', 'Basic YWRtaW46YWRtaW4='],
    ['a token that nobody has', `Bearer mns_${'A'.repeat(43)}`],
    ['two tokens', `Bearer mns_${'A'.repeat(43)} mns_${'A'.repeat(43)}`],
    ['nothing', 'Bearer '],
  ])('is refused when it is %s', async (_what, authorization) => {
    const answer = await api.anonymous.get('/api/v1/me', { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('is not read from the URL or a cookie', async () => {
    const { token } = api.adminAccount;
    const inUrl = await api.anonymous.get(`/api/v1/me?access_token=${token}&token=${token}`);
    const inCookie = await api.anonymous.get('/api/v1/me', { cookie: `token=${token}` });
    expect([inUrl.status, inCookie.status]).toEqual([401, 401]);
    expect(inUrl.text).not.toContain(token);
  });
});

describe('granting', () => {
  it('never gives more than the token that grants has', async () => {
    const weak = await api.account({ scopes: ['submissions:read'] });
    const wish = { name: 'more', scopes: ['submissions:read', 'submissions:write'] };
    const answer = await weak.client.post('/api/v1/tokens', wish);
    expect(answer.status).toBe(403);
    expect(answer.json<{ detail: string }>().detail).toContain('submissions:write');
    const same = await weak.client.post('/api/v1/tokens', {
      ...wish,
      scopes: ['submissions:read'],
    });
    expect(same.status).toBe(201);
  });

  it('never lasts longer than the token that grants', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const made = await newToken({ scopes: ALL_SCOPES, expires_at: soon });
    const brief = api.client(made.json<{ token: string }>().token);
    const forever = await brief.post('/api/v1/tokens', { name: 'long', scopes: [] });
    expect(forever.status).toBe(403);
    const within = { name: 'short', scopes: [], expires_at: soon };
    expect((await brief.post('/api/v1/tokens', within)).status).toBe(201);
  });

  it('gives the scopes of staff to administrators only', async () => {
    const other = await api.account();
    const staff = ALL_SCOPES.filter((scope) => SCOPES[scope].staff);
    for (const scope of staff) {
      const answer = await newToken({ scopes: [scope], account_id: other.id });
      expect(answer.status, scope).toBe(403);
    }
    const plain = ALL_SCOPES.filter((scope) => !SCOPES[scope].staff);
    expect((await newToken({ scopes: plain, account_id: other.id })).status).toBe(201);
  });

  it('makes scopes of staff void in the hands of others', async () => {
    const forged = await api.account({ scopes: ALL_SCOPES });
    expect((await forged.client.get('/api/v1/accounts')).status).toBe(403);
    const { scopes } = (await forged.client.get('/api/v1/me')).json<{ scopes: string[] }>();
    expect(scopes).toEqual(ALL_SCOPES.filter((scope) => !SCOPES[scope].staff));
  });

  it.each([
    { scopes: ['everything'] },
    { scopes: ['submissions:read', 'submissions:read'] },
    { scopes: 'submissions:read' },
    { scopes: [], expires_at: '2020-01-01T00:00:00Z' },
    { scopes: [], expires_at: '2999-02-30T00:00:00Z' },
    { scopes: [], expires_at: '2999-W05-1' },
    { scopes: [], expires_at: 1 },
    { scopes: [], name: '' },
    { scopes: [], name: 'x'.repeat(101) },
    { scopes: [], admin: true },
    { scopes: [], account_id: 'me' },
  ])('refuses %j', async (wish) => {
    expect((await newToken(wish)).status).toBe(400);
  });
});

describe('one account and another', () => {
  it('do not see, make or revoke each other’s tokens', async () => {
    const [a, b] = [await api.account(), await api.account()];
    const ofA = await a.client.get('/api/v1/tokens');
    const [{ id } = { id: '' }] = ofA.json<{ data: { id: string }[] }>().data;
    expect((await b.client.get(`/api/v1/tokens?account_id=${a.id}`)).status).toBe(403);
    const wish = { name: 'x', scopes: [], account_id: a.id };
    expect((await b.client.post('/api/v1/tokens', wish)).status).toBe(403);
    expect((await b.client.delete(`/api/v1/tokens/${id}`)).status).toBe(404);
    expect((await a.client.get('/api/v1/me')).status).toBe(200);
  });

  it('cannot revoke a stronger token of the same account', async () => {
    const account = await api.account({ scopes: ['submissions:read'] });
    const weak = api.client(await api.token(account.id, []));
    const [strong] = await weak
      .all<{ id: string; scopes: string[] }>('/api/v1/tokens')
      .then((tokens) => tokens.filter(({ scopes }) => scopes.length > 0));
    expect((await weak.delete(`/api/v1/tokens/${strong?.id ?? ''}`)).status).toBe(403);
  });
});

describe('accounts', () => {
  it('have names of their own', async () => {
    const made = await api.admin.post('/api/v1/accounts', { name: 'platform' });
    expect(made.status).toBe(201);
    expect(made.json()).toMatchObject({ name: 'platform', admin: false, disabled_at: null });
    const again = await api.admin.post('/api/v1/accounts', { name: 'platform' });
    expect(again.status).toBe(409);
    expect(again.json()).toMatchObject({ code: 'conflict' });
    const { id } = made.json<{ id: string }>();
    expect((await api.admin.get(`/api/v1/accounts/${id}`)).json()).toEqual(made.json());
  });

  it('cannot disable themselves', async () => {
    const url = `/api/v1/accounts/${api.adminAccount.id}`;
    expect((await api.admin.patch(url, { disabled: true })).status).toBe(409);
    expect((await api.admin.get('/api/v1/me')).status).toBe(200);
  });

  it('that are not there are not found', async () => {
    for (const id of [newId(), 'x', '%00', '..%2f..', newId().toUpperCase()]) {
      const answer = await api.admin.patch(`/api/v1/accounts/${id}`, { disabled: true });
      expect([400, 404], id).toContain(answer.status);
    }
  });

  it('are listed page by page, each one once, newest first', async () => {
    for (let made = 0; made < 5; made += 1) await api.account();
    const all = await api.admin.all<{ id: string }>('/api/v1/accounts?limit=2');
    const ids = all.map(({ id }) => id);
    const { count } = await api.database.db
      .selectFrom('accounts')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(ids).toHaveLength(count);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });

  it.each(['0', '-1', '101', '1e1', '1.0', ' 1', '', 'NaN', '1&limit=2', '99999999999999999999'])(
    'refuse a limit of %j',
    async (limit) => {
      expect((await api.admin.get(`/api/v1/accounts?limit=${limit}`)).status).toBe(400);
    },
  );

  it.each(['', 'x', 'AAAA', Buffer.from("' or 1=1 --").toString('base64url'), '%00', '1&cursor=2'])(
    'refuse the cursor %j',
    async (cursor) => {
      expect((await api.admin.get(`/api/v1/accounts?cursor=${cursor}`)).status).toBe(400);
    },
  );

  it('refuse filters that they do not have', async () => {
    const answer = await api.admin.get('/api/v1/accounts?sort=name&name=a');
    expect(answer.status).toBe(400);
    expect(answer.json<{ errors: string[] }>().errors).toHaveLength(2);
  });
});
