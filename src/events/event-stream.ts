import type { ServerResponse } from 'node:http';

/** The part of Fastify's reply that is used. */
export interface StreamingReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
}

export interface StreamedEvent {
  /** What the client says it has seen when it comes back (`Last-Event-ID`). */
  readonly id?: string | number;
  readonly type: string;
  /** One line of JSON. */
  readonly json: string;
}

export interface EventStreamOptions {
  /** A client that has not taken what waits for it within this time is cut off. */
  readonly stallMs: number;
  /** So is one for whom more than this waits. */
  readonly bufferBytes: number;
  /** Then it ends, and the client comes back: with a token that may have been revoked. */
  readonly lifeMs: number;
}

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;

/**
 * Server-sent events to one client (HTML standard, "Server-sent events"). What a client does not read
 * waits in a bounded buffer, and for a bounded time.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #options: EventStreamOptions;
  readonly #onEnd: (() => void)[] = [];
  readonly #openedMs = performance.now();
  #stalledSinceMs: number | undefined;
  #ended = false;

  constructor(reply: StreamingReply, options: EventStreamOptions) {
    this.#options = options;
    this.#response = reply.raw;
    const headers = reply.getHeaders();
    reply.hijack();
    this.#response.on('close', () => this.#close());
    this.#response.on('error', () => this.cut());
    this.#response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Its end is the connection's.
      connection: 'close',
      // Proxies that collect answers would hold events back.
      'x-accel-buffering': 'no',
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** @returns whether it can take more at once. Nothing happens after the end. */
  send({ id, type, json }: StreamedEvent): boolean {
    const head = id === undefined ? '' : `id: ${id}\n`;
    return this.#write(`${head}event: ${type}\ndata: ${json}\n\n`);
  }

  get isReady(): boolean {
    return !this.#ended && !this.#response.writableNeedDrain;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** Calls back when it can take more again. */
  onReady(callback: () => void): void {
    this.#response.on('drain', () => {
      this.#stalledSinceMs = undefined;
      callback();
    });
  }

  /** Calls back once: at the end, whoever made it. */
  onEnd(callback: () => void): void {
    if (this.#ended) callback();
    else this.#onEnd.push(callback);
  }

  /** Regularly: shows proxies and clients that the connection lives, or finds that it does not. */
  heartbeat(nowMs: number): void {
    if (nowMs - this.#openedMs > this.#options.lifeMs) this.end();
    else if (this.isReady) this.#write(': \n\n');
    else if (nowMs - (this.#stalledSinceMs ?? nowMs) > this.#options.stallMs) this.cut();
  }

  /** All that was sent still arrives. */
  end(): void {
    if (this.#ended) return;
    this.#response.end();
    this.#close();
  }

  /** Gives up on the client. */
  cut(): void {
    this.#response.destroy();
    this.#close();
  }

  #write(text: string): boolean {
    if (this.#ended) return false;
    const more = this.#response.write(text);
    if (!more) this.#stalledSinceMs ??= performance.now();
    if (this.#response.writableLength > this.#options.bufferBytes) this.cut();
    return more;
  }

  #close(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const callback of this.#onEnd.splice(0)) callback();
  }
}
