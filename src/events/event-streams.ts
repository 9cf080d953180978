import { JudgeError } from '../errors.js';
import { EventStream, type EventStreamOptions, type StreamingReply } from './event-stream.js';

export interface EventStreamsOptions extends EventStreamOptions {
  readonly heartbeatMs: number;
  /** Open at once, of this process. */
  readonly most: number;
}

const DEFAULTS: EventStreamsOptions = {
  heartbeatMs: 15_000,
  stallMs: 30_000,
  bufferBytes: 2 ** 20,
  lifeMs: 3_600_000,
  most: 5000,
};

/** The streams of this process: one heart beats for all, and they end together when it stops. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #streams = new Set<EventStream>();
  readonly #heart: NodeJS.Timeout;
  #stopped = false;

  constructor(options: Partial<EventStreamsOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#heart = setInterval(() => this.#beat(), this.#options.heartbeatMs).unref();
  }

  /**
   * Answers with a stream; from here on the reply is the stream's.
   * @throws JudgeError `rate-limited`, and leaves the reply alone.
   */
  open(reply: StreamingReply): EventStream {
    if (this.#stopped || this.#streams.size >= this.#options.most) {
      throw new JudgeError('rate-limited', 'no more event streams can be opened now', {
        retryAfterS: 5,
      });
    }
    const stream = new EventStream(reply, this.#options);
    this.#streams.add(stream);
    stream.onEnd(() => this.#streams.delete(stream));
    return stream;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Clients come back with what they saw last, to another process perhaps. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#heart);
    for (const stream of [...this.#streams]) stream.end();
  }

  #beat(): void {
    const nowMs = performance.now();
    for (const stream of [...this.#streams]) stream.heartbeat(nowMs);
  }
}
