import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ReceivedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes an answer, well-formed or not. `message`: what was received. */
export type Answer = (socket: Socket, message: ReceivedMessage) => void;

/** A target of webhooks on 127.0.0.1 that answers whatever a test says, on bare TCP. */
export interface WebhookReceiver {
  readonly port: number;
  readonly url: string;
  readonly received: readonly ReceivedMessage[];
  /** Connections that were made, used or not. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  answerWith(answer: Answer): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(
  answer: Answer = status(204),
  host = '127.0.0.1',
): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let current = answer;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    readMessage(socket, (message) => {
      received.push(message);
      current(socket, message);
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}/hook`,
    received,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    answerWith: (next) => (current = next),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function readMessage(socket: Socket, onMessage: (message: ReceivedMessage) => void): void {
  let text = '';
  let done = false;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const [head = '', ...rest] = text.split('\r\n\r\n');
    if (rest.length === 0 || done) return;
    const headers = Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
    );
    const body = rest.join('\r\n\r\n');
    if (body.length < Number(headers['content-length'])) return;
    done = true;
    onMessage({ headers, body: Buffer.from(body, 'latin1').toString('utf8') });
  });
}

/** A whole answer. */
export function status(code: number, headers: readonly string[] = []): Answer {
  return (socket) => {
    socket.end(
      [`HTTP/1.1 ${code} X`, 'content-length: 0', 'connection: close', ...headers, '', ''].join(
        '\r\n',
      ),
    );
  };
}

/** These bytes, and then nothing; the connection stays open. */
export function bytes(text: string): Answer {
  return (socket) => void socket.write(text);
}

/** The text and then a byte at a time, for ever. */
export function dripping(text: string, everyMs: number): Answer {
  return (socket) => {
    socket.write(text);
    const timer = setInterval(() => socket.write('x'), everyMs);
    socket.on('close', () => clearInterval(timer));
  };
}

/** The text and then as much as is taken. */
export function flooding(text: string): Answer {
  return (socket) => {
    const block = Buffer.alloc(2 ** 16, 'x');
    const pour = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', pour);
    socket.write(text);
    pour();
  };
}
