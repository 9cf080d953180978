import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

describe('the HTTP API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it.each(['/healthz', '/readyz'])('answers %s to anybody', async (url) => {
    const answer = await api.anonymous.get(url);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'ok' });
  });

  it('lists languages as CLICS objects, and nothing of how they are run', async () => {
    const answer = await api.admin.get('/api/v1/languages');
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('/usr/bin');
    expect((await api.admin.get('/api/v1/languages/python3')).json()).toMatchObject({
      id: 'python3',
      extensions: ['py'],
    });
  });

  it.each(['/api/v1/languages/cobol', '/nothing?x=1'])(
    'answers %s with problem details',
    async (url) => {
      const answer = await api.admin.get(url);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toMatchObject({
        type: 'about:blank',
        status: 404,
        code: 'not-found',
        instance: url.split('?')[0],
      });
    },
  );

  it('refuses whoever has no token, and says which kind is missing', async () => {
    const answer = await api.anonymous.get('/api/v1/languages');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.json()).toMatchObject({ code: 'unauthorized' });
  });

  it.each(['/healthz', '/api/v1/languages', '/nothing', '/docs', '/api/v1/languages/%ff'])(
    'answers %s with headers that keep browsers from doing more',
    async (url) => {
      const { headers } = await api.app.inject({ method: 'GET', url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'private, no-cache',
        'x-request-id': expect.stringMatching(/^[\w-]+$/) as string,
      });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    },
  );

  it('lets no page of another origin in', async () => {
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' };
    const preflight = await api.app.inject({ method: 'OPTIONS', url: '/api/v1/me', headers });
    const answer = await api.app.inject({ method: 'GET', url: '/healthz', headers });
    for (const { headers: found } of [preflight, answer]) {
      expect(Object.keys(found).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('gives the id of a request back, unless it is none', async () => {
    const idOf = async (id: string) =>
      (await api.anonymous.get('/healthz', { 'x-request-id': id })).headers['x-request-id'];
    expect(await idOf('trace-7.a_b')).toBe('trace-7.a_b');
    expect(await idOf('a b\t<script>')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf('x'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers 304 to whoever has the answer already', async () => {
    const first = await api.admin.get('/api/v1/languages');
    const etag = first.headers['etag'] ?? '';
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await api.admin.get('/api/v1/languages', { 'if-none-match': known });
      expect([again.status, again.text], known).toEqual([304, '']);
      expect(again.headers['etag']).toBe(etag);
    }
    const other = await api.admin.get('/api/v1/languages', { 'if-none-match': '"other"' });
    expect(other.status).toBe(200);
  });

  it.each([
    ['text/plain', 'secret=x'],
    ['application/x-www-form-urlencoded', 'secret=x'],
    ['application/xml', '<secret/>'],
  ])('refuses a body of %s', async (type, body) => {
    const answer = await api.anonymous.post('/api/v1/sign-in', body, { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(answer.json()).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('refuses whoever may not send a body before reading it', async () => {
    const body = JSON.stringify({ padding: 'x'.repeat(5 * 2 ** 20) });
    const json = { 'content-type': 'application/json' };
    expect((await api.anonymous.post('/api/v1/accounts', body, json)).status).toBe(401);
    expect((await api.admin.post('/api/v1/accounts', body, json)).status).toBe(413);
  });
});
