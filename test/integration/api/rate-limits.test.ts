import { afterEach, describe, expect, it } from 'vitest';
import type { RateLimitConfig } from '../../../src/config/config.js';
import type { ApiAnswer } from '../../fixtures/api/api-client.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

const OFF: RateLimitConfig = {
  tokenPerMinute: 'off',
  anonymousPerMinute: 'off',
  failedTokensPerMinute: 'off',
  signInPerMinute: 'off',
};

let api: TestApi;
afterEach(() => api.close());

async function startLimited(limits: Partial<RateLimitConfig>): Promise<void> {
  api = await startApi({ http: { rateLimit: { ...OFF, ...limits } } });
}

/** As often as it is let, and then twice. */
async function statuses(times: number, send: () => Promise<ApiAnswer>): Promise<number[]> {
  const found: number[] = [];
  for (let sent = 0; sent < times; sent += 1) found.push((await send()).status);
  return found;
}

describe('too many requests', () => {
  it('with one token are refused, and hold up no other token', async () => {
    await startLimited({ tokenPerMinute: 3 });
    const busy = await api.account();
    const quiet = await api.account();
    const found = await statuses(5, () => busy.client.get('/api/v1/me'));
    expect(found).toEqual([200, 200, 200, 429, 429]);
    expect((await quiet.client.get('/api/v1/me')).status).toBe(200);
    const refused = await busy.client.get('/api/v1/me');
    expect(refused.json()).toMatchObject({ code: 'rate-limited', status: 429 });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('are announced by every answer before', async () => {
    await startLimited({ tokenPerMinute: 10 });
    const { client } = await api.account();
    await client.get('/api/v1/me');
    const { headers } = await client.get('/api/v1/me');
    expect(Number(headers['ratelimit-limit'])).toBe(10);
    expect(Number(headers['ratelimit-remaining'])).toBe(8);
    expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
  });

  it('from one address are refused where there is no token, and hold up no token', async () => {
    // The client reads the document with the first.
    await startLimited({ anonymousPerMinute: 3 });
    const found = await statuses(3, () => api.anonymous.get('/healthz'));
    expect(found).toEqual([200, 200, 429]);
    expect((await api.admin.get('/api/v1/me')).status).toBe(200);
  });

  it('with guessed tokens are refused before they are looked up', async () => {
    await startLimited({ failedTokensPerMinute: 3 });
    const guess = (index: number) => api.client(`mns_${String(index).padStart(43, '0')}`);
    const found: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      found.push((await guess(index).get('/api/v1/me')).status);
    }
    expect(found).toEqual([401, 401, 401, 429, 429]);
  });

  it('leave a token that is in use alone, while its address guesses', async () => {
    await startLimited({ failedTokensPerMinute: 1 });
    const { client } = await api.account();
    await client.get('/api/v1/me');
    await statuses(3, () => api.client(`mns_${'0'.repeat(43)}`).get('/api/v1/me'));
    expect((await client.get('/api/v1/me')).status).toBe(200);
  });

  it('to sign in are refused, right secrets too', async () => {
    await startLimited({ signInPerMinute: 2 });
    const found = await statuses(4, () =>
      api.anonymous.post('/api/v1/sign-in', { secret: 'a guess' }),
    );
    expect(found).toEqual([401, 401, 429, 429]);
    expect((await api.admin.get('/api/v1/me')).status).toBe(200);
  });

  it('are not told apart by what a client says of its address', async () => {
    await startLimited({ signInPerMinute: 1 });
    const send = (address: string) =>
      api.anonymous.post('/api/v1/sign-in', { secret: 'a guess' }, { 'x-forwarded-for': address });
    expect((await send('198.51.100.1')).status).toBe(401);
    expect((await send('198.51.100.2')).status).toBe(429);
  });

  it('are told apart by address behind a proxy that is trusted', async () => {
    const rateLimit = { ...OFF, signInPerMinute: 1 };
    api = await startApi({ http: { rateLimit, trustedProxies: ['127.0.0.1'] } });
    const send = (address: string) =>
      api.anonymous.post('/api/v1/sign-in', { secret: 'a guess' }, { 'x-forwarded-for': address });
    expect((await send('198.51.100.1')).status).toBe(401);
    expect((await send('198.51.100.2')).status).toBe(401);
    expect((await send('198.51.100.2')).status).toBe(429);
  });
});
