import { SandboxFailure } from '../../judging/ports.js';

/*
 * Docker carries a container's stdout and stderr over one connection, in frames:
 *
 *   frame := u8 stream (1 stdout, 2 stderr) | 3 × 0 | u32 length, big-endian | payload
 *
 * dockerode's own demultiplexer recurses once per frame, ignores back-pressure and never ends its
 * outputs. This one holds no payload: what a chunk contains is handed on as views of it.
 */

export interface StreamPart {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 8;
const STREAMS: Readonly<Record<number, StreamPart['stream']>> = { 1: 'stdout', 2: 'stderr' };
/** The daemon copies in buffers of 32 KiB. A length far beyond means that the place was lost. */
const MAX_FRAME_BYTES = 16 * 2 ** 20;

export class StreamDemultiplexer {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #stream: StreamPart['stream'] = 'stdout';
  #leftBytes = 0;

  /** The parts of one chunk, in order. @throws SandboxFailure if it is no such stream. */
  push(chunk: Uint8Array): readonly StreamPart[] {
    const parts: StreamPart[] = [];
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#leftBytes === 0) {
        at += this.#takeHeader(chunk.subarray(at, at + HEADER_BYTES - this.#headerBytes));
        continue;
      }
      const bytes = chunk.subarray(at, at + this.#leftBytes);
      at += bytes.byteLength;
      this.#leftBytes -= bytes.byteLength;
      parts.push({ stream: this.#stream, bytes });
    }
    return parts;
  }

  /** Whether the stream may end here: not inside a frame. */
  get isBetweenFrames(): boolean {
    return this.#leftBytes === 0 && this.#headerBytes === 0;
  }

  #takeHeader(bytes: Uint8Array): number {
    this.#header.set(bytes, this.#headerBytes);
    this.#headerBytes += bytes.byteLength;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#beginFrame();
    }
    return bytes.byteLength;
  }

  #beginFrame(): void {
    const stream = STREAMS[this.#header[0] ?? 0];
    const lengthBytes = new DataView(this.#header.buffer).getUint32(4);
    if (stream === undefined || lengthBytes > MAX_FRAME_BYTES) {
      throw new SandboxFailure('the stream from Docker is not in its format');
    }
    this.#stream = stream;
    this.#leftBytes = lengthBytes;
  }
}
