import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressGuard } from '../../../src/webhooks/address-guard.js';
import type { ResolveHost } from '../../../src/webhooks/resolve-host.js';
import { sendRequest, type SendOptions } from '../../../src/webhooks/send-request.js';
import {
  bytes,
  dripping,
  flooding,
  startWebhookReceiver,
  status,
  type Answer,
  type WebhookReceiver,
} from '../../fakes/webhook-receiver.js';

const OK = 'HTTP/1.1 200 OK\r\n';
const SHORT_MS = 400;

describe('sending to a target', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(() => receiver.close());

  /** By a name that only this test resolves. */
  function send(
    options: Partial<SendOptions> & { readonly url?: string } = {},
    host = 'target.example',
  ) {
    const { url = `http://${host}:${receiver.port}/hook?a=1`, ...rest } = options;
    const target = {
      url: new URL(url),
      headers: { 'content-type': 'application/json', 'webhook-id': 'x' },
      body: Buffer.from('{"ü":1}'),
    };
    return sendRequest(target, {
      guard: new AddressGuard({ allow: ['127.0.0.1/32'] }),
      resolve: async () => ['127.0.0.1'],
      deadlineMs: 10_000,
      signal: new AbortController().signal,
      ...rest,
    });
  }

  it('posts the body and headers to the address that was checked, under the name', async () => {
    expect(await send()).toEqual({ kind: 'answered', status: 204 });
    expect(receiver.received).toMatchObject([
      {
        body: '{"ü":1}',
        headers: {
          host: `target.example:${receiver.port}`,
          'content-type': 'application/json',
          'content-length': '8',
          'webhook-id': 'x',
        },
      },
    ]);
  });

  it.each([200, 299, 400, 410, 500, 503])('tells of the status %i', async (code) => {
    receiver.answerWith(status(code));
    expect(await send()).toEqual({ kind: 'answered', status: code });
  });

  it('tells how long the target wants to be left alone, up to an hour', async () => {
    receiver.answerWith(status(503, ['retry-after: 120']));
    expect(await send()).toMatchObject({ retryAfterMs: 120_000 });
    receiver.answerWith(status(503, ['retry-after: 999999999']));
    expect(await send()).toMatchObject({ retryAfterMs: 3_600_000 });
    receiver.answerWith(status(503, ['retry-after: Fri, 31 Dec 9999 23:59:59 GMT']));
    expect(await send()).toEqual({ kind: 'answered', status: 503 });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i)', async (code) => {
    const inside = await startWebhookReceiver();
    receiver.answerWith(status(code, [`location: ${inside.url}`]));
    expect(await send()).toEqual({ kind: 'answered', status: code });
    expect(inside.connections).toBe(0);
    await inside.close();
  });

  it('opens a connection of its own for each request', async () => {
    receiver.answerWith(bytes(`${OK}content-length: 0\r\nconnection: keep-alive\r\n\r\n`));
    await send();
    await send();
    expect(receiver.connections).toBe(2);
    await expect.poll(() => receiver.open).toBe(0);
  });

  it('takes what it reads for enough after 64 KiB', async () => {
    receiver.answerWith(flooding(`${OK}\r\n`));
    expect(await send()).toEqual({ kind: 'answered', status: 200 });
    await expect.poll(() => receiver.open).toBe(0);
  });

  const NEVER = `not answered completely within ${SHORT_MS / 1000} s`;
  it.each<[string, Answer, string]>([
    ['says nothing', () => undefined, NEVER],
    ['sends its head a byte at a time', dripping(`${OK}x: `, 20), NEVER],
    ['sends its body a byte at a time', dripping(`${OK}\r\n`, 20), NEVER],
    [
      'sends a chunk a byte at a time',
      dripping(`${OK}transfer-encoding: chunked\r\n\r\nffff\r\n`, 20),
      NEVER,
    ],
    ['never ends its body', bytes(`${OK}content-length: 10\r\n\r\nabc`), NEVER],
    [
      'only says 103',
      (socket) => void setInterval(() => socket.write('HTTP/1.1 103 X\r\n\r\n'), 20).unref(),
      NEVER,
    ],
    ['hangs up', (socket) => socket.destroy(), 'the connection failed'],
    ['resets', (socket) => socket.resetAndDestroy(), 'the connection failed (ECONNRESET)'],
    [
      'ends in the middle',
      (socket) => socket.end(`${OK}content-length: 10\r\n\r\nabc`),
      'the connection failed',
    ],
    ['sends garbage', bytes('\0\u0001\u0002garbage\r\n\r\n'), 'the answer is no HTTP'],
    ['sends a status that is none', bytes('HTTP/1.1 99999 X\r\n\r\n'), 'the answer is no HTTP'],
    [
      'sends two lengths',
      bytes(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\n`),
      'the answer is no HTTP',
    ],
    ['sends a head without end', flooding(`${OK}x: `), 'the answer is no HTTP'],
    [
      'changes the protocol',
      bytes('HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'the target answered with another protocol',
    ],
  ])('gives up on a target that %s', async (_what, answer, error) => {
    receiver.answerWith(answer);
    const outcome = await send({ deadlineMs: error === NEVER ? SHORT_MS : 10_000 });
    expect(outcome.kind).toBe('unanswered');
    expect(outcome).toHaveProperty('error', expect.stringContaining(error));
    await expect.poll(() => receiver.open).toBe(0);
  });

  it('cannot be kept by a name server that does not answer', async () => {
    const resolve: ResolveHost = (_host, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('late'))),
      );
    expect(await send({ resolve, deadlineMs: SHORT_MS })).toEqual({
      kind: 'unanswered',
      error: NEVER,
    });
  });

  it('stops when it is told to', async () => {
    receiver.answerWith(() => undefined);
    const controller = new AbortController();
    const sending = send({ signal: controller.signal });
    await expect.poll(() => receiver.received.length).toBe(1);
    controller.abort();
    expect(await sending).toEqual({ kind: 'unanswered', error: 'stopped' });
  });

  it('says that nobody listens', async () => {
    const gone = await startWebhookReceiver();
    await gone.close();
    expect(await send({ url: `http://target.example:${gone.port}/` })).toMatchObject({
      error: 'the connection failed (ECONNREFUSED)',
    });
  });

  it('says that there is no TLS where https should be', async () => {
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 X\r\n\r\n');
    });
    await once(plain.listen(0, '127.0.0.1'), 'listening');
    const { port } = plain.address() as AddressInfo;
    expect(await send({ url: `https://target.example:${port}/` })).toMatchObject({
      error: expect.stringContaining('no secure connection') as string,
    });
    plain.close();
  });

  describe('to an address that is not allowed', () => {
    const REFUSED = {
      kind: 'unanswered',
      error: 'the target leads to an address that webhooks are not sent to',
    };
    const strict = new AddressGuard({ allow: [] });

    it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0', '169.254.169.254'])(
      'connects nowhere: %s',
      async (host) => {
        const resolve: ResolveHost = async (name) => [name === 'localhost' ? '127.0.0.1' : name];
        expect(await send({ guard: strict, resolve }, host)).toEqual(REFUSED);
        expect(receiver.connections).toBe(0);
      },
    );

    it.each([
      [['10.0.0.1']],
      [['8.8.8.8', '127.0.0.1']],
      [['::ffff:127.0.0.1']],
      [['64:ff9b::7f00:1']],
      [[]],
      [['garbage']],
    ])('connects nowhere when the name server answers %j', async (answer) => {
      expect(await send({ guard: strict, resolve: async () => answer })).toEqual(REFUSED);
      expect(receiver.connections).toBe(0);
    });

    it('asks once, so that a changed answer is not looked at', async () => {
      let asked = 0;
      // The first answer is checked. Whoever asks again is led to another address.
      const resolve: ResolveHost = async () => {
        asked += 1;
        return asked === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
      };
      const other = await startWebhookReceiver(status(204), '127.0.0.2');
      const guard = new AddressGuard({ allow: ['127.0.0.1/32'] });
      const url = `http://rebinding.example:${other.port}/`;
      expect(await send({ guard, resolve, url })).toMatchObject({ kind: 'unanswered' });
      expect(asked).toBe(1);
      expect(other.connections).toBe(0);
      // And the next request is checked again.
      expect(await send({ guard, resolve, url })).toEqual(REFUSED);
      expect(other.connections).toBe(0);
      await other.close();
    });

    it('does not tell outsiders which address it was', async () => {
      const resolve: ResolveHost = async () => ['10.11.12.13'];
      expect(JSON.stringify(await send({ guard: strict, resolve }))).not.toContain('10.11');
    });
  });
});
