import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

/** Hostile values of fields and filters; hostile.test.ts has what is hostile on the wire. */

const SUBMISSIONS = '/api/v1/submissions';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('limits and languages that are none', () => {
  const program = { language_id: 'python3', source: 'print(1)' };
  const limits = ['0', '-1', 'NaN', '1e18', '1e400', '"1"', '""', '[1]', '{}', 'true', 'null'];
  const fields = ['cpu_time_limit_ms', 'memory_limit_bytes'];
  it.each(fields.flatMap((field) => limits.map((limit) => [field, limit] as const)))(
    'as %s of %s are refused',
    async (field, limit) => {
      // As text: JSON.stringify would not write NaN.
      const text = `${JSON.stringify(program).slice(0, -1)},"${field}":${limit}}`;
      const headers = { 'content-type': 'application/json' };
      const { status } = await api.admin.post('/api/v1/custom-runs', text, headers);
      expect(status).toBe(400);
    },
  );

  it.each(['cobol', '__proto__', 'constructor', '../python3', 'PYTHON3 '])(
    'as the language %s are refused',
    async (language_id) => {
      const { status } = await api.admin.post('/api/v1/custom-runs', { ...program, language_id });
      expect([400, 422]).toContain(status);
    },
  );
});

describe('filters that reach for the database', () => {
  const lists = [
    'submissions',
    'problems',
    'rejudgings',
    'accounts',
    'tokens',
    'webhooks',
    'alerts',
  ];
  it.each(lists)('of %s let nobody sort, order or match as they like', async (list) => {
    for (const query of [
      'sort=id',
      'order=desc;drop',
      'where=1',
      'q=(a%2B)%2B$',
      'filter[$ne]=1',
    ]) {
      expect((await api.admin.get(`/api/v1/${list}?${query}`)).status, query).toBe(400);
    }
  });

  it('are texts to compare with, and nothing else', async () => {
    const { client } = await api.account({ scopes: ['submissions:read'] });
    for (const name of ['problem_id', 'language_id', 'submitter']) {
      for (const text of [
        "' or true --",
        '%',
        '_',
        "'; select pg_sleep(60) --",
        `${'a'.repeat(99)}!`,
      ]) {
        const query = `${name}=${encodeURIComponent(text)}`;
        const answer = await client.get(`${SUBMISSIONS}?${query}`);
        expect([answer.status, answer.json()], query).toEqual([200, { data: [] }]);
      }
    }
  });
});
