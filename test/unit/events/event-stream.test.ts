import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventStream } from '../../../src/events/event-stream.js';
import { EventStreams, type EventStreamsOptions } from '../../../src/events/event-streams.js';

const WITHIN = { timeout: 15_000 };

let server: Server;
let streams: EventStreams;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  streams.stop();
  server.closeAllConnections();
  server.close();
});

/** A server that answers every request with a stream. @returns what was opened, in order. */
async function serve(options: Partial<EventStreamsOptions> = {}) {
  const opened: EventStream[] = [];
  const failures: unknown[] = [];
  streams = new EventStreams(options);
  server = createServer((_request, raw) => {
    try {
      const headers = { 'x-before': 'kept' };
      opened.push(streams.open({ raw, hijack: () => undefined, getHeaders: () => headers }));
    } catch (error) {
      failures.push(error);
      raw.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { opened, failures, port };
}

/** Reads as an EventSource does. */
async function read(port: number) {
  const events: EventSourceMessage[] = [];
  const state = { ended: false };
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, resolve).on('error', reject);
  });
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    parser.feed(chunk);
  });
  response.on('end', () => (state.ended = true)).on('error', () => (state.ended = true));
  return { events, state, headers: response.headers, text: () => text };
}

/** Asks, and never reads the answer. */
function neverRead(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined).pause();
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  sockets.push(socket);
  return socket;
}

async function first(opened: readonly EventStream[]): Promise<EventStream> {
  return await vi.waitFor(() => {
    expect(opened).toHaveLength(1);
    return opened[0]!;
  }, WITHIN);
}

describe('a stream of events', () => {
  it('sends id, type and data as the HTML standard has them', async () => {
    const { opened, port } = await serve();
    const client = await read(port);
    const stream = await first(opened);
    stream.send({ id: 1, type: 'judgement.run', json: '{"name":"<b>\\n"}' });
    stream.send({ type: 'progress', json: '{}' });
    await vi.waitFor(() => expect(client.events).toHaveLength(2), WITHIN);
    expect(client.events[0]).toEqual({
      id: '1',
      event: 'judgement.run',
      data: '{"name":"<b>\\n"}',
    });
    expect(client.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(client.headers['cache-control']).toBe('no-store');
    expect(client.headers['x-before']).toBe('kept');
  });

  it('shows that it lives while nothing happens', async () => {
    const { port } = await serve({ heartbeatMs: 10 });
    const client = await read(port);
    await vi.waitFor(() => expect(client.text().split(': \n\n').length).toBeGreaterThan(3), WITHIN);
    expect(client.events).toEqual([]);
  });

  it('cuts off a client that never reads, when too much waits for it', async () => {
    const { opened, port } = await serve({ bufferBytes: 2 ** 20 });
    neverRead(port);
    const stream = await first(opened);
    const json = JSON.stringify('x'.repeat(64 * 1024));
    let sentBytes = 0;
    await vi.waitFor(
      () => {
        stream.send({ type: 'x', json });
        sentBytes += json.length;
        expect(stream.isEnded).toBe(true);
      },
      { timeout: 15_000, interval: 1 },
    );
    expect(streams.size).toBe(0);
    // The kernel keeps some megabytes; we do not.
    expect(sentBytes).toBeLessThan(64 * 2 ** 20);
  });

  it('cuts off a client that takes nothing for a while, however little waits for it', async () => {
    const { opened, port } = await serve({ heartbeatMs: 20, stallMs: 100, bufferBytes: 2 ** 30 });
    neverRead(port);
    const stream = await first(opened);
    const json = JSON.stringify('x'.repeat(64 * 1024));
    while (stream.isReady) {
      stream.send({ type: 'x', json });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(stream.isEnded).toBe(true), WITHIN);
  });

  it('says when a slow client can take more', async () => {
    const { opened, port } = await serve({ bufferBytes: 2 ** 30 });
    const socket = neverRead(port);
    const stream = await first(opened);
    const ready = vi.fn();
    stream.onReady(ready);
    while (stream.isReady) stream.send({ type: 'x', json: JSON.stringify('x'.repeat(64 * 1024)) });
    socket.resume();
    await vi.waitFor(() => expect(ready).toHaveBeenCalled(), WITHIN);
    expect(stream.isReady).toBe(true);
  });

  it('tells once that a client has left', async () => {
    const { opened, port } = await serve();
    const socket = neverRead(port);
    const ended = vi.fn();
    (await first(opened)).onEnd(ended);
    socket.destroy();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1), WITHIN);
    opened[0]?.end();
    expect(opened[0]?.send({ type: 'x', json: '{}' })).toBe(false);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(streams.size).toBe(0);
  });

  it('ends cleanly with the process, and lets no new one begin', async () => {
    const { opened, failures, port } = await serve();
    const client = await read(port);
    (await first(opened)).send({ id: 1, type: 'x', json: '{}' });
    streams.stop();
    await vi.waitFor(() => expect(client.state.ended).toBe(true), WITHIN);
    expect(client.events).toHaveLength(1);
    await read(port);
    expect(failures).toMatchObject([{ code: 'rate-limited' }]);
  });

  it('ends after its time, so that who may read it is asked again', async () => {
    const { port } = await serve({ heartbeatMs: 10, lifeMs: 50 });
    const client = await read(port);
    await vi.waitFor(() => expect(client.state.ended).toBe(true), WITHIN);
  });

  it('opens no more than it may', async () => {
    const { failures, port } = await serve({ most: 1 });
    await read(port);
    await read(port);
    expect(failures).toMatchObject([{ code: 'rate-limited' }]);
  });
});
