import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  StreamDemultiplexer,
  type StreamPart,
} from '../../../../src/sandbox/docker/stream-demultiplexer.js';

interface Frame {
  readonly stream: StreamPart['stream'];
  readonly bytes: Uint8Array;
}

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(
    frames.flatMap(({ stream, bytes }) => {
      const header = Buffer.alloc(8);
      header[0] = stream === 'stdout' ? 1 : 2;
      header.writeUInt32BE(bytes.byteLength, 4);
      return [header, bytes];
    }),
  );
}

function textOf(parts: readonly StreamPart[], stream: StreamPart['stream']): Buffer {
  return Buffer.concat(parts.filter((part) => part.stream === stream).map(({ bytes }) => bytes));
}

const frames = fc.array(
  fc.record({
    stream: fc.constantFrom<StreamPart['stream']>('stdout', 'stderr'),
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
);

describe('the stream demultiplexer', () => {
  it('gives the bytes of each stream in order, however the chunks fall', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
        const whole = encode(sent);
        const demultiplexer = new StreamDemultiplexer();
        const parts: StreamPart[] = [];
        let at = 0;
        for (const cut of [...cuts, whole.byteLength]) {
          parts.push(...demultiplexer.push(whole.subarray(at, at + cut)));
          at += cut;
        }
        parts.push(...demultiplexer.push(whole.subarray(at)));
        for (const stream of ['stdout', 'stderr'] as const) {
          expect(textOf(parts, stream)).toEqual(textOf(sent, stream));
        }
        expect(demultiplexer.isBetweenFrames).toBe(true);
      }),
    );
  });

  it('takes a million frames in one chunk', () => {
    const one = encode([{ stream: 'stdout', bytes: Uint8Array.of(7) }]);
    const chunk = Buffer.alloc(one.byteLength * 1_000_000);
    for (let at = 0; at < chunk.byteLength; at += one.byteLength) one.copy(chunk, at);
    expect(new StreamDemultiplexer().push(chunk)).toHaveLength(1_000_000);
  });

  it('copies nothing of the payload', () => {
    const chunk = encode([{ stream: 'stderr', bytes: Uint8Array.of(1, 2, 3) }]);
    const [part] = new StreamDemultiplexer().push(chunk);
    expect(part?.bytes.buffer).toBe(chunk.buffer);
  });

  it('knows that a stream ends inside a frame', () => {
    const demultiplexer = new StreamDemultiplexer();
    demultiplexer.push(encode([{ stream: 'stdout', bytes: new Uint8Array(9) }]).subarray(0, 12));
    expect(demultiplexer.isBetweenFrames).toBe(false);
  });

  it.each([
    ['an unknown stream', [3, 0, 0, 0, 0, 0, 0, 1]],
    ['the stream for input', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['a length beyond all measure', [1, 0, 0, 0, 255, 255, 255, 255]],
  ])('refuses %s', (_what, header) => {
    expect(() => new StreamDemultiplexer().push(Uint8Array.from(header))).toThrow(
      /not in its format/,
    );
  });
});
