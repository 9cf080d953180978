import { afterEach, describe, expect, it } from 'vitest';
import { AddressGuard } from '../../../src/webhooks/address-guard.js';
import { hostResolver } from '../../../src/webhooks/resolve-host.js';
import { sendRequest } from '../../../src/webhooks/send-request.js';
import { startNameServer, type NameServer } from '../../fakes/name-server.js';
import { startWebhookReceiver } from '../../fakes/webhook-receiver.js';

const LOOPBACK = [127, 0, 0, 1];
const LOOPBACK_V6 = [...Array<number>(15).fill(0), 1];
/** Nobody listens there. */
const ALLOWED = [127, 0, 0, 2];
const PUBLIC = [192, 31, 195, 1];

describe('resolving the name of a target', () => {
  let server: NameServer;
  afterEach(() => server.close());

  async function resolverOf(answer: Parameters<typeof startNameServer>[0]) {
    server = await startNameServer(answer);
    return hostResolver([server.address]);
  }

  const signal = () => AbortSignal.timeout(10_000);

  it('gives all addresses, of both kinds', async () => {
    const resolve = await resolverOf(() => [PUBLIC, LOOPBACK, LOOPBACK_V6]);
    expect(await resolve('target.example', signal())).toEqual(['192.31.195.1', '127.0.0.1', '::1']);
  });

  it('asks nobody about an address', async () => {
    const resolve = await resolverOf(() => [PUBLIC]);
    expect(await resolve('10.0.0.1', signal())).toEqual(['10.0.0.1']);
    expect(server.asked).toBe(0);
  });

  it('fails for a name that nobody has', async () => {
    const resolve = await resolverOf(() => 'unknown');
    await expect(resolve('nobody.example', signal())).rejects.toThrow('no addresses');
  });

  it('stops when it is told to, although the server says nothing', async () => {
    const resolve = await resolverOf(() => undefined);
    const startedAtMs = performance.now();
    await expect(resolve('slow.example', AbortSignal.timeout(200))).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(5000);
  });

  it('gives each request a fresh answer, which is checked before anything is connected', async () => {
    const receiver = await startWebhookReceiver();
    // One that is allowed when it might be checked, and another when it might be connected to.
    let asked = 0;
    const resolve = await resolverOf(() => [(asked += 1) <= 2 ? ALLOWED : LOOPBACK]);
    const send = () =>
      sendRequest(
        {
          url: new URL(`http://rebinding.example:${receiver.port}/`),
          headers: {},
          body: Buffer.from('{}'),
        },
        {
          guard: new AddressGuard({ allow: ['127.0.0.2/32'] }),
          resolve,
          deadlineMs: 1000,
          signal: new AbortController().signal,
        },
      );
    expect(await send()).toMatchObject({ error: 'the connection failed (ECONNREFUSED)' });
    expect(await send()).toEqual({
      kind: 'unanswered',
      error: 'the target leads to an address that webhooks are not sent to',
    });
    expect(receiver.connections).toBe(0);
    await receiver.close();
  });
});
