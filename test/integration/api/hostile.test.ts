import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

/** The hostile cases of HTTP, over sockets: what `inject` cannot send. */

const SUBMISSIONS = '/api/v1/submissions';
const PROBLEMS = '/api/v1/problems';
const LONG_MS = 120_000;

let api: TestApi;
let url: URL;
const log: string[] = [];

beforeAll(async () => {
  api = await startApi({ onLog: (line) => log.push(line) });
  url = new URL(await api.listen());
});
afterAll(() => api.close());

async function open(): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A connection that is reset is closed, too. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Everything that is answered until the server closes. */
async function answerTo(text: string | Buffer): Promise<string> {
  const socket = await open();
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  const closed = closeOf(socket);
  socket.write(text);
  await closed;
  return answer;
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

async function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  return await fetch(new URL(SUBMISSIONS, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.adminAccount.token}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

async function expectServed(): Promise<void> {
  expect((await fetch(new URL('/readyz', url))).status).toBe(200);
}

async function filesLeft(): Promise<readonly string[]> {
  const entries = await readdir(api.dataDirectory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

describe('JSON that breaks programs', () => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const keys = `{${Array.from({ length: 200_000 }, (_, index) => `"k${String(index)}":1`).join(',')}}`;
  it.each([
    ['is a hundred megabytes', Buffer.alloc(100 * 2 ** 20, 0x20)],
    ['is a hundred thousand levels deep', nested],
    ['has a great many keys', keys],
    ['reaches for the prototype', '{"__proto__":{"admin":true},"problem_id":"a","source":"x"}'],
    ['has a number beyond all', '{"problem_id":1e400,"source":"x"}'],
    ['has NUL in a text', '{"problem_id":"a\\u0000b","source":"x"}'],
    ['has half a surrogate pair', '{"problem_id":"\\ud800","source":"x"}'],
    ['is no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])('that %s is refused as the client’s fault', async (_what, body) => {
    // A server that does not read on may end the connection while the client still writes.
    const status = await post(body).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    await expectServed();
  });
});

describe('requests that are no proper HTTP', () => {
  const host = 'Host: minos\r\n';
  it.each([
    [
      'state their length twice over',
      `POST ${SUBMISSIONS} HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /readyz HTTP/1.1\r\n\r\n`,
    ],
    [
      'state two lengths',
      `POST ${SUBMISSIONS} HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    ],
    [
      'have headers that are too large',
      `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
    ['are none at all', '\u0016\u0003\u0001 hello\r\n\r\n'],
    [
      'have a path that cannot be decoded',
      `GET /api/v1/problems/%ff%zz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    ],
  ])('and %s are refused, and smuggle no second request', async (_what, text) => {
    const answer = await answerTo(text);
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    await expectServed();
  });
});

describe('clients that take their time', () => {
  it(
    'over headers are cut off, and hold up nobody',
    async () => {
      const slow = await Promise.all(Array.from({ length: 200 }, open));
      const closed = slow.map((socket) => closeOf(socket));
      for (const socket of slow) {
        socket.resume();
        socket.write('GET /readyz HTTP/1.1\r\nX-Slow: ');
      }
      await expectServed();
      await Promise.all(closed);
      await expectServed();
    },
    LONG_MS,
  );

  it(
    'over a body are cut off, and nothing is stored',
    async () => {
      const socket = await open();
      socket.resume();
      const closed = closeOf(socket);
      socket.write(
        `POST ${SUBMISSIONS} HTTP/1.1\r\nHost: minos\r\nAuthorization: Bearer ${api.adminAccount.token}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
      );
      await expectServed();
      await closed;
      const { data } = (await api.admin.get(SUBMISSIONS)).json<{ data: readonly object[] }>();
      expect(data).toEqual([]);
    },
    LONG_MS,
  );

  it('and a thousand that say nothing leave the others served', async () => {
    const idle = await Promise.all(Array.from({ length: 1000 }, open));
    await expectServed();
    for (const socket of idle) socket.destroy();
    await expectServed();
  });
});

describe('forms that break programs', () => {
  const form = (parts: string) => ({
    body: `--b\r\n${parts}\r\n--b--\r\n`,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
  const part = (name: string, text = 'x') =>
    `Content-Disposition: form-data; name="${name}"\r\n\r\n${text}`;
  it.each([
    ['have a field without a name', form(part(''))],
    ['have a hundred thousand parts', form(Array(100_000).fill(part('a')).join('\r\n--b\r\n'))],
    ['name the prototype', form(part('__proto__'))],
    ['never end', { ...form(part('a')), body: `--b\r\n${part('a')}` }],
    ['state no boundary', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
  ])('and %s are refused', async (_what, { body, headers }) => {
    const { status } = await post(body, headers);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    await expectServed();
  });

  it(
    'and are given up half-way, a thousand times, leave the API up and no files',
    async () => {
      for (let times = 0; times < 1000; times += 1) {
        const [path, name] = times % 2 === 0 ? [SUBMISSIONS, 'files'] : [PROBLEMS, 'package'];
        const file = `Content-Disposition: form-data; name="${name}"; filename="a.zip"\r\n\r\nPK`;
        const socket = await open();
        const closed = closeOf(socket);
        await new Promise((written) => {
          socket.write(
            `POST ${path} HTTP/1.1\r\nHost: minos\r\nAuthorization: Bearer ${api.adminAccount.token}\r\n` +
              `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\n${file}${'x'.repeat(5000)}`,
            written,
          );
        });
        // Every tenth is let get as far as a file, if there is one.
        if (times % 10 === 1) await expectServed();
        socket.destroy();
        await closed;
      }
      await expectServed();
      await expect.poll(filesLeft, { timeout: 60_000 }).toEqual([]);
    },
    LONG_MS,
  );
});

describe('tokens', () => {
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = base64url({ sub: 'admin', exp: 4_102_444_800 });
  const forged = `${base64url({ alg: 'HS256' })}.${claims}`;
  it.each([
    ['signed by nobody', `${base64url({ alg: 'none' })}.${claims}.`],
    [
      'signed with a guess',
      `${forged}.${createHmac('sha256', '').update(forged).digest('base64url')}`,
    ],
    ['made up', `mns_${randomBytes(32).toString('base64url')}`],
    ['empty', ''],
    ['very long', 'x'.repeat(8000)],
  ])('that are %s let nobody in', async (_what, token) => {
    const { status } = await fetch(new URL('/api/v1/me', url), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(status).toBe(401);
  });

  it('are in no line of the log, wherever they were sent', async () => {
    const { token } = await api.account();
    await fetch(new URL(`/api/v1/me?token=${token}`, url));
    await fetch(new URL('/api/v1/me', url), { headers: { authorization: `Bearer ${token}` } });
    await fetch(new URL(`/${token}`, url));
    expect(log.length).toBeGreaterThan(0);
    expect(log.join('')).not.toContain(token);
  });
});
