import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HijackedConnection,
  UpgradeRefused,
} from '../../../../src/sandbox/docker/hijacked-connection.js';

const UPGRADED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

let directory: string;
let server: Server;
let accepted: Socket[];
let asked: string;
/** What the daemon does once it has been asked. */
let answer: (socket: Socket) => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-hijack-'));
  accepted = [];
  asked = '';
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', (chunk: Buffer) => {
      asked = chunk.toString();
      answer(socket);
    });
  });
  server.listen(join(directory, 'daemon'));
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of accepted) socket.destroy();
  server.close();
  await rm(directory, { recursive: true });
});

const open = (signal = new AbortController().signal) =>
  HijackedConnection.open({ target: { path: join(directory, 'daemon') } }, '/attach?x=1', signal);

async function readAll(connection: HijackedConnection): Promise<string> {
  let text = '';
  for (let chunk = await connection.read(); chunk; chunk = await connection.read()) {
    text += Buffer.from(chunk).toString();
  }
  return text;
}

describe('a hijacked connection', () => {
  it('asks for an upgrade, and then carries raw bytes both ways', async () => {
    answer = (socket) => {
      socket.write(UPGRADED);
      socket.on('data', (chunk) => socket.end(`you said ${chunk.toString()}`));
    };
    const connection = await open();
    expect(asked).toMatch(/^POST \/attach\?x=1 HTTP\/1\.1\r\n.*Upgrade: tcp\r\n/s);
    await connection.write(Buffer.from('hello'));
    expect(await readAll(connection)).toBe('you said hello');
    expect(await connection.read()).toBeUndefined();
    connection.destroy(new Error('over'));
  });

  it('loses no byte that comes with the answer or in pieces', async () => {
    answer = (socket) => {
      socket.write(UPGRADED.slice(0, 30));
      setTimeout(() => {
        socket.write(`${UPGRADED.slice(30)}\0\xfffirst `, 'latin1');
        setTimeout(() => socket.end('second'), 20);
      }, 20);
    };
    const connection = await open();
    expect(Buffer.from((await connection.read())!).toString('latin1')).toBe('\0\xfffirst ');
    expect(await readAll(connection)).toBe('second');
  });

  it('makes the other end wait while nobody reads', async () => {
    let sentAll = false;
    answer = (socket) => {
      socket.write(UPGRADED);
      socket.end(Buffer.alloc(8 * 2 ** 20, 'x'), () => (sentAll = true));
    };
    const connection = await open();
    await new Promise((wake) => setTimeout(wake, 100));
    expect(sentAll).toBe(false);
    expect(await readAll(connection)).toHaveLength(8 * 2 ** 20);
  });

  it('reads into the same memory again and again', async () => {
    answer = (socket) => {
      socket.write(UPGRADED);
      socket.end(Buffer.alloc(2 ** 20));
    };
    const connection = await open();
    const memory = new Set<ArrayBufferLike>();
    for (let chunk = await connection.read(); chunk; chunk = await connection.read()) {
      memory.add(chunk.buffer);
    }
    // The first may be what came together with the answer.
    expect(memory.size).toBeLessThanOrEqual(2);
  });

  it('says how the daemon refused', async () => {
    answer = (socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nno such x');
    };
    const refused = await open().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UpgradeRefused);
    expect(refused).toMatchObject({ statusCode: 404 });
  });

  it('fails when the daemon hangs up instead of answering', async () => {
    answer = (socket) => socket.end();
    await expect(open()).rejects.toThrow('before an answer');
  });

  it('gives up when it is aborted while opening', async () => {
    answer = () => undefined;
    const controller = new AbortController();
    const opening = open(controller.signal);
    controller.abort(new Error('no time left'));
    await expect(opening).rejects.toThrow('no time left');
  });

  it('fails reads and writes with the reason for which it was destroyed', async () => {
    answer = (socket) => socket.write(UPGRADED);
    const connection = await open();
    const reading = connection.read();
    connection.destroy(new Error('given up'));
    await expect(reading).rejects.toThrow('given up');
    await expect(connection.read()).rejects.toThrow('given up');
    await expect(connection.write(Buffer.from('x'))).rejects.toThrow('given up');
  });
});
