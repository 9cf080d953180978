import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { NetConnectOpts } from 'node:net';

/**
 * Stands between two processes and fails as networks do:
 *
 *   client ──TCP──► proxy ──TCP or a socket file──► server
 *
 * `pass` hands everything on. `silent` is a network that is gone without a word: connections stay
 * open, new ones are taken, and nothing arrives at either side. `refuse` takes no new connections.
 * What was held while silent goes on when it passes again, as retransmissions do.
 */
export type ProxyMode = 'pass' | 'silent' | 'refuse';

export interface TcpProxy {
  readonly port: number;
  /** Pairs of connections that are open. */
  readonly open: number;
  set(mode: ProxyMode): Promise<void>;
  /** Each chunk arrives so much later. */
  delay(ms: number): void;
  /** No more than this in a second, each way; undefined: as much as there is. */
  throttle(bytesPerSecond: number | undefined): void;
  /** Resets every connection that is open. */
  cut(): void;
  /** Resets each connection when so many more bytes came from the server: in the midst of a frame. */
  cutAfter(bytes: number | undefined): void;
  close(): Promise<void>;
}

interface Settings {
  mode: ProxyMode;
  delayMs: number;
  bytesPerSecond: number | undefined;
  bytesUntilCut: number | undefined;
}

export async function startTcpProxy(target: NetConnectOpts): Promise<TcpProxy> {
  const settings: Settings = {
    mode: 'pass',
    delayMs: 0,
    bytesPerSecond: undefined,
    bytesUntilCut: undefined,
  };
  const pairs = new Set<Pair>();
  const accept = (client: Socket): void => {
    const pair = new Pair(client, connect(target), settings);
    pairs.add(pair);
    pair.onClose = () => pairs.delete(pair);
  };
  let server = await listen(accept, 0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get open() {
      return pairs.size;
    },
    set: async (mode) => {
      if (mode === 'refuse' && server.listening) await stopListening(server);
      if (mode !== 'refuse' && !server.listening) server = await listen(accept, port);
      settings.mode = mode;
      for (const pair of pairs) pair.flush();
    },
    delay: (ms) => (settings.delayMs = ms),
    throttle: (bytesPerSecond) => (settings.bytesPerSecond = bytesPerSecond),
    cut: () => pairs.forEach((pair) => pair.cut()),
    cutAfter: (bytes) => (settings.bytesUntilCut = bytes),
    close: async () => {
      pairs.forEach((pair) => pair.cut());
      if (server.listening) await stopListening(server);
    },
  };
}

async function listen(accept: (client: Socket) => void, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, accept);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Without waiting for connections, which go on. */
async function stopListening(server: Server): Promise<void> {
  server.close(() => undefined);
  while (server.listening) await new Promise((resolve) => setImmediate(resolve));
}

class Pair {
  onClose: () => void = () => undefined;
  readonly #lanes: readonly Lane[];
  readonly #client: Socket;
  readonly #server: Socket;

  constructor(client: Socket, server: Socket, settings: Settings) {
    this.#client = client;
    this.#server = server;
    this.#lanes = [
      new Lane(client, server, settings, () => undefined),
      new Lane(server, client, settings, (bytes) => {
        if (settings.bytesUntilCut === undefined) return;
        settings.bytesUntilCut -= bytes;
        if (settings.bytesUntilCut <= 0) this.cut();
      }),
    ];
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut());
      socket.on('close', () => {
        // A network that is gone does not tell the other side.
        if (settings.mode !== 'silent') this.cut();
      });
    }
  }

  flush(): void {
    for (const lane of this.#lanes) lane.flush();
    if (this.#client.destroyed || this.#server.destroyed) this.cut();
  }

  cut(): void {
    // A socket file's connections cannot be reset: the server sees an end in the midst of it.
    this.#client.resetAndDestroy();
    this.#server.destroy();
    this.onClose();
  }
}

/** One direction. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #settings: Settings;
  readonly #onBytes: (bytes: number) => void;
  /** null: the end of it. */
  readonly #waiting: { readonly chunk: Buffer | null; readonly dueMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #freeAtMs = 0;

  constructor(from: Socket, to: Socket, settings: Settings, onBytes: (bytes: number) => void) {
    this.#from = from;
    this.#to = to;
    this.#settings = settings;
    this.#onBytes = onBytes;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#take(null));
  }

  #take(chunk: Buffer | null): void {
    const { delayMs, bytesPerSecond } = this.#settings;
    const nowMs = performance.now();
    const transferMs =
      bytesPerSecond === undefined ? 0 : ((chunk?.length ?? 0) / bytesPerSecond) * 1000;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs + delayMs) + transferMs;
    this.#waiting.push({ chunk, dueMs: this.#freeAtMs });
    this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#settings.mode === 'silent') return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const inMs = next.dueMs - performance.now();
      if (inMs > 0) {
        this.#timer = setTimeout(() => this.flush(), inMs);
        return;
      }
      this.#waiting.shift();
      if (this.#to.destroyed) return;
      if (next.chunk === null) this.#to.end();
      else {
        this.#to.write(next.chunk);
        this.#onBytes(next.chunk.length);
      }
    }
    // Nothing is read faster than it is taken.
    if (this.#to.writableNeedDrain) {
      this.#from.pause();
      this.#to.once('drain', () => this.#from.resume());
    }
  }
}
