import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { insertProblem } from '../../fixtures/submission-rows.js';

/** What a client may send by HTTP that an operation is not about. */

const ACCOUNTS = '/api/v1/accounts';
const JSON_TYPE = { 'content-type': 'application/json' };

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function send(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD',
  url: string,
  headers: Readonly<Record<string, string>> = {},
  payload?: Buffer | string,
) {
  const authorization = `Bearer ${api.adminAccount.token}`;
  return await api.app.inject({
    method,
    url,
    headers: { authorization, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
}

describe('a method that a path does not have', () => {
  it.each([
    ['DELETE', '/api/v1/submissions', 'GET, HEAD, POST'],
    ['PUT', '/api/v1/submissions?limit=1', 'GET, HEAD, POST'],
    ['POST', '/api/v1/problems/hello', 'GET, HEAD, PATCH'],
    ['OPTIONS', '/api/v1/me', 'GET, HEAD'],
    ['GET', '/api/v1/sign-in', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ] as const)('%s %s is answered with those that it has', async (method, url, allow) => {
    const answer = await send(method, url);
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 405, code: 'method-not-allowed' });
  });

  it('is not found where the path is nothing', async () => {
    for (const url of ['/nothing', '/api/v1/submissions/', '/api/v1/submissions/1/2/3']) {
      const answer = await send('DELETE', url);
      expect([url, answer.statusCode, answer.headers.allow]).toEqual([url, 404, undefined]);
    }
  });

  it('is none of HEAD, which says what GET would', async () => {
    const got = await send('GET', '/api/v1/me');
    const head = await send('HEAD', '/api/v1/me');
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers.etag).toBe(got.headers.etag);
  });
});

describe('a body of JSON', () => {
  it('that is not UTF-8 is refused, and no program is made of something else', async () => {
    await insertProblem(api.database.db, { account: 'author' });
    const program = { problem_id: 'hello', language_id: 'python3', source: 'print("\u00e9")' };
    const latin1 = Buffer.from(JSON.stringify(program), 'latin1');
    const refused = await send('POST', '/api/v1/submissions', JSON_TYPE, latin1);
    expect(refused.statusCode).toBe(400);
    expect(refused.json<{ detail: string }>().detail).toContain('not UTF-8');
    const declared = { 'content-type': 'application/json; charset=ISO-8859-1' };
    const other = await send('POST', '/api/v1/submissions', declared, latin1);
    expect(other.statusCode).toBe(415);
    expect(other.json<{ detail: string }>().detail).toContain('ISO-8859-1');
    for (const charset of ['utf-8', 'UTF8', '"utf-8"']) {
      const type = { 'content-type': `application/json; charset=${charset}` };
      const taken = await send('POST', '/api/v1/submissions', type, JSON.stringify(program));
      expect(taken.statusCode).toBe(201);
    }
    const rows = await api.database.db.selectFrom('submission_files').select('content').execute();
    expect(rows.map(({ content }) => content.toString())).toEqual(
      Array.from({ length: 3 }, () => program.source),
    );
  });

  it('that is compressed is refused with a word on what to do', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const answer = await send('POST', ACCOUNTS, headers, gzipSync('{"name":"packed"}'));
    expect(answer.statusCode).toBe(415);
    expect(answer.headers['accept-encoding']).toBe('identity');
    expect(answer.json<{ detail: string }>().detail).toContain('Content-Encoding');
    const plain = { ...JSON_TYPE, 'content-encoding': 'identity' };
    expect((await send('POST', ACCOUNTS, plain, '{"name":"plain"}')).statusCode).toBe(201);
  });

  it('that is empty is none, whatever its type', async () => {
    const missing = await send('POST', ACCOUNTS, JSON_TYPE, '');
    expect(missing.statusCode).toBe(400);
    const id = '00000000-0000-4000-8000-000000000000';
    const none = await send('DELETE', `/api/v1/tokens/${id}`, JSON_TYPE);
    expect(none.statusCode).toBe(404);
    const resolve = await send('POST', `/api/v1/alerts/${id}/resolve`, JSON_TYPE, '');
    expect(resolve.statusCode).toBe(404);
  });

  it('of a type that nobody reads is refused in a sentence', async () => {
    const answer = await send('POST', ACCOUNTS, { 'content-type': 'application/xml' }, '<a/>');
    expect(answer.json()).toMatchObject({
      status: 415,
      detail: 'this operation reads no body of this Content-Type',
    });
  });
});

describe('a field of a form', () => {
  it('that is not UTF-8 is refused', async () => {
    const body = Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="source"\r\n\r\nprint("\u00e9")\r\n--b--\r\n',
      'latin1',
    );
    const type = { 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await send('POST', '/api/v1/custom-runs', type, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ detail: string }>().detail).toContain('not UTF-8');
  });
});

describe('a condition', () => {
  it('on a change is never passed over: If-Match fails, unless it is of anything', async () => {
    const { etag } = (await send('GET', `${ACCOUNTS}?limit=1`)).headers;
    for (const condition of ['"other"', String(etag)]) {
      const headers = { ...JSON_TYPE, 'if-match': condition };
      const answer = await send('POST', ACCOUNTS, headers, '{"name":"conditional"}');
      expect(answer.statusCode).toBe(412);
      expect(answer.json()).toMatchObject({ code: 'precondition-failed' });
    }
    const any = { ...JSON_TYPE, 'if-match': '*' };
    expect((await send('POST', ACCOUNTS, any, '{"name":"conditional"}')).statusCode).toBe(201);
  });
});
