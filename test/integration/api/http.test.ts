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
});
