import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_SOURCE, sourceOf } from '../../../src/judging/bytes.js';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import type { ExecutionLimits } from '../../../src/judging/limits.js';
import { encodeJob, encodeJobHeader } from '../../../src/sandbox/supervisor-job.js';
import { SupervisorProtocolError } from '../../../src/sandbox/supervisor-protocol-error.js';
import {
  FrameDecoder,
  type SupervisorEnd,
  type SupervisorFrame,
} from '../../../src/sandbox/supervisor-protocol.js';

const NONCE = Uint8Array.from({ length: 16 }, (_, index) => index + 1);

const LIMITS: ExecutionLimits = {
  cpuTimeMs: 1000,
  cpuKillMs: 1500.4,
  wallTimeMs: 3000,
  memoryBytes: 64 * 2 ** 20,
  stdoutBytes: 1_000_000,
  stderrBytes: 65_536,
  fileBytes: 5_000_000_000,
  openFiles: 256,
  stackBytes: 64 * 2 ** 20,
  processes: 64,
  workBytes: 16 * 2 ** 20,
  workInodes: 4096,
  executableWork: false,
  sharedMemoryBytes: 0,
};

const REQUEST: ExecutionRequest = {
  purpose: 'run',
  toolchain: 'gcc',
  command: ['/box/main', 'é'],
  environment: { PATH: '/usr/bin' },
  files: [{ name: 'main', executable: true, content: sourceOf(Uint8Array.of(1, 2, 3)) }],
  workFiles: [{ name: 'd/in', executable: false, content: sourceOf(Uint8Array.of(4)) }],
  stdin: sourceOf(Uint8Array.of(5, 6)),
  limits: LIMITS,
  onOutputLimit: 'truncate',
  mergeStderr: true,
  collect: ['a.out', 'b.out'],
  collectBytes: 1_000_000,
};

const EXPECTATION = { ...REQUEST, nonce: NONCE };

function bytesOf(...parts: readonly (Uint8Array | string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...new TextEncoder().encode(part)] : [...part],
    ),
  );
}

function big(width: 2 | 4 | 8, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes.subarray(8 - width);
}

function frame(type: string, payload: Uint8Array | string = ''): Uint8Array {
  const bytes = bytesOf(payload);
  return bytesOf(type, big(4, bytes.byteLength), bytes);
}

interface ResultFields {
  nonce: Uint8Array;
  waitStatus: number;
  cause: number;
  cpuUs: number;
  stdoutBytes: number;
  stderrBytes: number;
  truncatedBits: number;
  collectProblem: string;
  collectProblemBytes: number;
}

function resultFrame(fields: Partial<ResultFields> = {}): Uint8Array {
  const problem = fields.collectProblem ?? '';
  return frame(
    'R',
    bytesOf(
      fields.nonce ?? NONCE,
      big(4, fields.waitStatus ?? 0),
      [fields.cause ?? 0],
      big(4, 2),
      big(8, fields.cpuUs ?? 1500),
      big(8, 2500),
      big(8, 4096),
      big(8, fields.stdoutBytes ?? 0),
      big(8, fields.stderrBytes ?? 0),
      [fields.truncatedBits ?? 0],
      big(8, 700),
      big(4, fields.collectProblemBytes ?? problem.length),
      problem,
    ),
  );
}

const HELLO = frame('H', Uint8Array.of(1));
const STARTED = frame('S');
const fileFrame = (index: number, mode: number, sizeBytes: number): Uint8Array =>
  frame('F', bytesOf(big(2, index), big(4, mode), big(8, sizeBytes)));

interface Decoded {
  readonly frames: readonly SupervisorFrame[];
  readonly end: SupervisorEnd;
}

/** Adjacent pieces of one stream are one piece: how they are cut is not part of the meaning. */
function joined(frames: readonly SupervisorFrame[]): readonly SupervisorFrame[] {
  const out: SupervisorFrame[] = [];
  for (const next of frames) {
    const last = out.at(-1);
    if ('bytes' in next && last !== undefined && 'bytes' in last && last.kind === next.kind) {
      out[out.length - 1] = { kind: next.kind, bytes: bytesOf(last.bytes, next.bytes) };
    } else {
      out.push('bytes' in next ? { kind: next.kind, bytes: bytesOf(next.bytes) } : next);
    }
  }
  return out;
}

function decode(chunks: Iterable<Uint8Array>): Decoded {
  const decoder = new FrameDecoder();
  decoder.expectAnswer(EXPECTATION);
  const frames = [...chunks].flatMap((chunk) => [...decoder.push(chunk)]);
  return { frames: joined(frames), end: decoder.end() };
}

function decodeAll(...parts: readonly Uint8Array[]): Decoded {
  return decode([bytesOf(...parts)]);
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

describe('the answer of the supervisor', () => {
  it('is decoded to frames and one result', () => {
    const { frames, end } = decodeAll(
      HELLO,
      STARTED,
      frame('O', 'ab'),
      frame('E', 'x'),
      frame('O', 'c'),
      fileFrame(1, 0o100755, 3),
      frame('D', 'E'),
      frame('D', 'LF'),
      resultFrame({ stdoutBytes: 3, stderrBytes: 9, truncatedBits: 2, collectProblem: 'b: FIFO' }),
    );
    expect(frames).toEqual([
      { kind: 'hello' },
      { kind: 'started' },
      { kind: 'stdout', bytes: bytesOf('ab') },
      { kind: 'stderr', bytes: bytesOf('x') },
      { kind: 'stdout', bytes: bytesOf('c') },
      { kind: 'file', index: 1, executable: true, sizeBytes: 3 },
      { kind: 'data', bytes: bytesOf('ELF') },
    ]);
    expect(end).toEqual({
      kind: 'result',
      result: {
        end: { kind: 'exited', exitCode: 0 },
        stopCause: 'none',
        outOfMemoryKills: 2,
        cpuTimeMs: 1.5,
        wallTimeMs: 2.5,
        starvedMs: 0.7,
        memoryBytes: 4096,
        stdoutBytes: 3,
        stderrBytes: 9,
        stdoutTruncated: false,
        stderrTruncated: true,
        collectProblem: 'b: FIFO',
      },
    });
  });

  it('means the same however its bytes are cut into chunks', () => {
    const output = fc.array(
      fc.tuple(fc.constantFrom('O', 'E'), fc.uint8Array({ minLength: 1, maxLength: 300 })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(output, fc.array(fc.nat(40)), (pieces, sizes) => {
        const total = (type: string): number =>
          pieces.reduce((sum, [kind, { length }]) => sum + (kind === type ? length : 0), 0);
        const bytes = bytesOf(
          HELLO,
          STARTED,
          ...pieces.map(([type, payload]) => frame(type, payload)),
          resultFrame({ stdoutBytes: total('O'), stderrBytes: total('E') }),
        );
        expect(decode(cut(bytes, sizes))).toEqual(decode([bytes]));
      }),
    );
  });

  it('keeps the decoder from holding output: it is handed on with every chunk', () => {
    const decoder = new FrameDecoder();
    decoder.expectAnswer(EXPECTATION);
    expect([...decoder.push(bytesOf(HELLO, STARTED, 'O', big(4, 60_000), 'a'))]).toHaveLength(3);
    expect([...decoder.push(bytesOf('b'))]).toEqual([{ kind: 'stdout', bytes: bytesOf('b') }]);
  });

  it('may be a failure at any time', () => {
    const failure = frame('X', 'no /box');
    const end = { kind: 'failure', message: 'no /box' };
    expect(decodeAll(failure).end).toEqual(end);
    expect(decodeAll(HELLO, failure).end).toEqual(end);
    expect(decodeAll(HELLO, STARTED, frame('O', 'a'), failure).end).toEqual(end);
  });

  it('has an end for every wait status of Linux', () => {
    const endOf = (waitStatus: number): unknown => {
      const { end } = decodeAll(HELLO, STARTED, resultFrame({ waitStatus }));
      return end.kind === 'result' && end.result.end;
    };
    expect(endOf(137 << 8)).toEqual({ kind: 'exited', exitCode: 137 });
    expect(endOf(9)).toEqual({ kind: 'signalled', signal: 9 });
    expect(endOf(11 | 0x80)).toEqual({ kind: 'signalled', signal: 11 });
    expect(endOf(64)).toEqual({ kind: 'signalled', signal: 64 });
  });
});

describe('an answer that the supervisor never gives', () => {
  const run = [HELLO, STARTED];
  const cases: Readonly<Record<string, readonly Uint8Array[]>> = {
    nothing: [],
    'an end before the result': [...run, frame('O', 'a')],
    'half a result': [...run, resultFrame().subarray(0, 50)],
    'a result before the program ran': [HELLO, resultFrame()],
    'a start without hello': [STARTED, resultFrame()],
    'a second hello': [HELLO, HELLO, STARTED, resultFrame()],
    'a second start': [...run, STARTED, resultFrame()],
    'another version': [frame('H', Uint8Array.of(2)), STARTED, resultFrame()],
    'a second result': [...run, resultFrame(), resultFrame()],
    'output after the result': [...run, resultFrame(), frame('O', 'a')],
    'one byte after the result': [...run, resultFrame(), Uint8Array.of(0)],
    'a failure after the result': [...run, resultFrame(), frame('X')],
    'a result after a failure': [...run, frame('X'), resultFrame()],
    'another nonce': [...run, resultFrame({ nonce: new Uint8Array(16) })],
    'an unknown type': [...run, frame('Z'), resultFrame()],
    'a frame over 64 KiB': [...run, bytesOf('O', big(4, 65_537))],
    'a result of another length': [...run, frame('R', new Uint8Array(85))],
    'a result whose text is cut': [...run, resultFrame({ collectProblemBytes: 9 })],
    'an empty piece of output': [...run, frame('O'), resultFrame()],
    'output that got lost': [...run, frame('O', 'a'), resultFrame({ stdoutBytes: 2 })],
    'output that nobody wrote': [...run, frame('E', 'a'), resultFrame()],
    'a stopped program': [...run, resultFrame({ waitStatus: 0x137f })],
    'a continued program': [...run, resultFrame({ waitStatus: 0xffff })],
    'a wait status of 17 bits': [...run, resultFrame({ waitStatus: 0x10000 })],
    'an unknown cause': [...run, resultFrame({ cause: 4 })],
    'an unknown bit': [...run, resultFrame({ truncatedBits: 4 })],
    'a number above 2^53': [...run, resultFrame({ cpuUs: 2 ** 60 })],
    'a file not asked for': [...run, fileFrame(2, 0, 0), resultFrame()],
    'a file twice': [...run, fileFrame(1, 0, 0), fileFrame(1, 0, 0), resultFrame()],
    'a file cut short': [...run, fileFrame(0, 0, 2), frame('D', 'a'), resultFrame()],
    'a file longer than it said': [...run, fileFrame(0, 0, 1), frame('D', 'ab'), resultFrame()],
    'files over the limit': [...run, fileFrame(0, 0, 1_000_001)],
    'output among the files': [...run, fileFrame(0, 0, 0), frame('O', 'a'), resultFrame()],
    'a data frame without a file': [...run, frame('D', 'a'), resultFrame()],
  };

  it.each(Object.entries(cases))('is a protocol error: %s', (_, parts) => {
    expect(() => decodeAll(...parts)).toThrow(SupervisorProtocolError);
  });

  it('is a protocol error when it is more output than the limit', () => {
    const flood = Array.from({ length: 16 }, () => frame('O', new Uint8Array(65_536)));
    expect(() => decodeAll(...run, ...flood)).toThrow(/more stdout/);
  });

  it('is a protocol error before there is a job', () => {
    const decoder = new FrameDecoder();
    expect(() => [...decoder.push(bytesOf(HELLO, STARTED))]).toThrow(SupervisorProtocolError);
  });

  it('leaves the decoder unusable, so that a later result is not believed', () => {
    const decoder = new FrameDecoder();
    decoder.expectAnswer(EXPECTATION);
    expect(() => [...decoder.push(bytesOf(...run, frame('Z')))]).toThrow(SupervisorProtocolError);
    expect(() => [...decoder.push(resultFrame())]).toThrow(SupervisorProtocolError);
    expect(() => decoder.end()).toThrow(SupervisorProtocolError);
  });

  it('never yields a result from garbage', () => {
    const garbage = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom(HELLO, STARTED, resultFrame({ nonce: new Uint8Array(16) })),
        fc
          .tuple(fc.constantFrom('H', 'S', 'O', 'E', 'F', 'D', 'R', 'X', 'Z'), fc.uint8Array())
          .map(([t, p]) => frame(t, p)),
      ),
    );
    fc.assert(
      fc.property(garbage, fc.array(fc.nat(20)), (parts, sizes) => {
        let end: SupervisorEnd | undefined;
        try {
          end = decode(cut(bytesOf(...parts), sizes)).end;
        } catch (error) {
          expect(error).toBeInstanceOf(SupervisorProtocolError);
        }
        expect(end?.kind).not.toBe('result');
      }),
      { numRuns: 500 },
    );
  });

  it('never yields a result from a true answer with one byte more or less', () => {
    const answer = bytesOf(HELLO, STARTED, frame('O', 'abc'), resultFrame({ stdoutBytes: 3 }));
    for (let at = 0; at <= answer.byteLength; at++) {
      const less = [answer.subarray(0, at), answer.subarray(at + 1)];
      const more = [answer.subarray(0, at), Uint8Array.of(0x5a), answer.subarray(at)];
      if (at < answer.byteLength) expect(() => decode(less)).toThrow(SupervisorProtocolError);
      expect(() => decode(more)).toThrow(SupervisorProtocolError);
    }
  });
});

describe('the job', () => {
  const identity = { nonce: NONCE, uid: 60_003 };

  it('is laid out as runner/job.c reads it', () => {
    const header = bytesOf(
      NONCE,
      big(4, 11),
      big(4, 60_003),
      big(4, 60_003),
      big(8, 1_500_400),
      big(8, 3_000_000),
      big(8, 1_000_000),
      big(8, 65_536),
      big(8, 5_000_000_000),
      big(8, 64 * 2 ** 20),
      big(8, 0),
      big(8, 1_000_000),
      big(4, 256),
      big(4, 3),
      big(8, 2),
      bytesOf(big(2, 2), big(2, 9), '/box/main', big(2, 2), 'é'),
      bytesOf(big(2, 1), big(2, 13), 'PATH=/usr/bin'),
      bytesOf(big(2, 2), '/w'),
      bytesOf(
        big(2, 2),
        big(2, 4),
        'main',
        [1, 0],
        big(8, 3),
        big(2, 4),
        'd/in',
        [0, 1],
        big(8, 1),
      ),
      bytesOf(big(2, 2), big(2, 5), 'a.out', big(2, 5), 'b.out'),
    );
    expect(Uint8Array.from(encodeJobHeader(REQUEST, identity))).toEqual(
      bytesOf('MINOSJB1', big(4, header.byteLength), header),
    );
  });

  it('carries the files and stdin after the header, in order', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of encodeJob(REQUEST, identity)) chunks.push(chunk);
    expect(bytesOf(...chunks)).toEqual(
      bytesOf(encodeJobHeader(REQUEST, identity), [1, 2, 3, 4, 5, 6]),
    );
  });

  it('carries the key of a file that is lent, in place of its bytes', async () => {
    const [first] = REQUEST.files;
    if (first === undefined) throw new Error('no file');
    const key = 'ab'.repeat(32);
    const lent = new Map([[first, key]]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of encodeJob(REQUEST, identity, lent)) chunks.push(chunk);
    const header = encodeJobHeader(REQUEST, identity, lent);
    expect(bytesOf(...chunks)).toEqual(bytesOf(header, key, [4, 5, 6]));
    const place = Buffer.from(header).indexOf('main', Buffer.from(header).indexOf('/w')) + 5;
    expect(header[place]).toBe(2);
  });

  it.each([1, 3])('is refused when a source of 2 bytes delivers %i', async (deliveredBytes) => {
    const stdin = { ...sourceOf(new Uint8Array(deliveredBytes)), sizeBytes: 2 };
    const sent = async (): Promise<void> => {
      for await (const chunk of encodeJob({ ...REQUEST, stdin }, identity))
        expect(chunk).toBeDefined();
    };
    await expect(sent()).rejects.toThrow(SupervisorProtocolError);
  });

  it.each<[string, Partial<ExecutionRequest>]>([
    ['NUL in an argument', { command: ['/box/a', 'b\0c'] }],
    ['an argument over 64 KiB', { command: ['x'.repeat(65_536)] }],
    ['a header over 1 MiB', { command: Array.from({ length: 20 }, () => 'x'.repeat(60_000)) }],
    ['a negative limit', { limits: { ...LIMITS, stdoutBytes: -1 } }],
    ['a fractional limit', { limits: { ...LIMITS, stackBytes: 0.5 } }],
    ['an infinite limit', { limits: { ...LIMITS, cpuKillMs: Infinity } }],
    ['a limit above 2^53', { collectBytes: 2 ** 60 }],
  ])('is refused with %s', (_, part) => {
    expect(() => encodeJobHeader({ ...REQUEST, stdin: EMPTY_SOURCE, ...part }, identity)).toThrow(
      SupervisorProtocolError,
    );
  });

  it('is refused with a nonce of another length', () => {
    expect(() => encodeJobHeader(REQUEST, { nonce: new Uint8Array(8), uid: 60_000 })).toThrow(
      SupervisorProtocolError,
    );
  });
});
