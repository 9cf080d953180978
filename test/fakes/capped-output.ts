import type { Readable, Writable } from 'node:stream';
import type { ByteSink } from '../../src/judging/bytes.js';

/** Hands a stream on to a sink, up to a cap, and counts what was written. */
export class CappedOutput {
  writtenBytes = 0;
  readonly #sink: ByteSink;
  readonly #capBytes: number;
  readonly #onOverflow: () => void;

  constructor(sink: ByteSink, capBytes: number, onOverflow: () => void) {
    this.#sink = sink;
    this.#capBytes = capBytes;
    this.#onOverflow = onOverflow;
  }

  get truncated(): boolean {
    return this.writtenBytes > this.#capBytes;
  }

  async drain(stream: Readable | Writable | null | undefined): Promise<void> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, Math.max(0, this.#capBytes - this.writtenBytes));
      this.writtenBytes += chunk.byteLength;
      if (part.byteLength > 0) await this.#sink.write(part);
      if (this.truncated) this.#onOverflow();
    }
  }
}
