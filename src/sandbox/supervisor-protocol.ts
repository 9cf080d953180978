import type { ExecutionRequest } from '../judging/execution.js';
import { SupervisorProtocolError } from './supervisor-protocol-error.js';
import { decodeResult, RESULT_BYTES, safeU64, type ExecutionResult } from './supervisor-result.js';

/*
 * What the supervisor writes to its stdout. The host must not believe it blindly: if a program ever
 * got at that descriptor, the worst it may reach is a sandbox failure. So every frame is checked
 * against its place in this order, and whatever does not fit is a protocol error:
 *
 *   H ── job is sent ──► S ──► (O | E)* ──► (F D*)* ──► R     one result, last, with the job's nonce
 *   └──────────────────► X    the sandbox failed; another may follow, from who saw it end
 *
 *   frame := u8 type | u32 length | payload                   big-endian; written by runner/report.c
 *     H u8 version     S empty     O, E, D bytes     F u16 index | u32 mode | u64 size     X text
 *     R the result: supervisor-result.ts
 *
 * The job, the other direction, is in supervisor-job.ts.
 */

const PROTOCOL_VERSION = 1;
const FRAME_HEADER_BYTES = 5;
const MAX_FRAME_BYTES = 65536;
const MAX_FAILURE_BYTES = 1024;

export type SupervisorFrame =
  /** Ready for the job: the container is warm. */
  | { readonly kind: 'hello' }
  /** The program runs. */
  | { readonly kind: 'started' }
  | { readonly kind: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  /** A collected file; its bytes follow, sizeBytes in all. The index is into `request.collect`. */
  | {
      readonly kind: 'file';
      readonly index: number;
      readonly executable: boolean;
      readonly sizeBytes: number;
    }
  | { readonly kind: 'data'; readonly bytes: Uint8Array };

/** The last frame, handed out only once nothing can follow it. */
export type SupervisorEnd =
  | { readonly kind: 'result'; readonly result: ExecutionResult }
  /** The sandbox failed, with one line saying how. */
  | { readonly kind: 'failure'; readonly message: string };

/** What bounds the frames that answer a job. */
export type JobExpectation = Pick<ExecutionRequest, 'limits' | 'collect' | 'collectBytes'> & {
  readonly nonce: Uint8Array;
};

type StreamKind = 'stdout' | 'stderr' | 'data';
type State = 'booting' | 'ready' | 'running' | 'collecting' | 'ended' | 'failed' | 'broken';

const STREAMS: Readonly<Record<string, StreamKind>> = { O: 'stdout', E: 'stderr', D: 'data' };

/** Longest and shortest payload of the frames that are taken whole. */
const WHOLE: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  H: { min: 1, max: 1 },
  S: { min: 0, max: 0 },
  F: { min: 14, max: 14 },
  R: RESULT_BYTES,
  X: { min: 0, max: MAX_FAILURE_BYTES },
};

/** States in which a frame may come. */
const ALLOWED: Readonly<Record<string, readonly State[]>> = {
  H: ['booting'],
  S: ['ready'],
  O: ['running'],
  E: ['running'],
  F: ['running', 'collecting'],
  D: ['collecting'],
  R: ['running', 'collecting'],
  X: ['booting', 'ready', 'running', 'collecting', 'failed'],
};

/**
 * Takes the supervisor's bytes in chunks of any size. Output is handed on as it comes, as views of
 * the chunk; only frames of at most {@link MAX_FAILURE_BYTES} are ever held.
 */
export class FrameDecoder {
  #state: State = 'booting';
  #expectation: JobExpectation | undefined;
  /** Header, or payload of a frame that is taken whole. */
  readonly #held = Buffer.allocUnsafe(MAX_FAILURE_BYTES);
  #heldBytes = 0;
  #wantedBytes = FRAME_HEADER_BYTES;
  /** Type of the frame whose payload is awaited; undefined while a header is. */
  #type: string | undefined;
  /** Payload bytes still to come of a frame that is handed on as it comes. */
  #streamLeftBytes = 0;
  readonly #seenBytes = { stdout: 0, stderr: 0, data: 0 };
  #fileLeftBytes = 0;
  #collectedBytes = 0;
  #lastIndex = -1;
  #end: SupervisorEnd | undefined;

  /** Call when the job is about to be sent. Before that only 'hello' and 'failure' can come. */
  expectAnswer(expectation: JobExpectation): void {
    if (this.#expectation !== undefined) throw new SupervisorProtocolError('a second job');
    this.#expectation = expectation;
  }

  /** The frames that this chunk completes. Take them all before pushing more. */
  *push(chunk: Uint8Array): Generator<SupervisorFrame, void, undefined> {
    try {
      yield* this.#decode(chunk);
    } catch (error) {
      this.#state = 'broken';
      throw error;
    }
  }

  /** Call at the end of the stream. @throws SupervisorProtocolError unless the last frame has come. */
  end(): SupervisorEnd {
    const isOver = this.#state === 'ended' || this.#state === 'failed';
    if (isOver && this.#heldBytes === 0 && this.#end !== undefined) return this.#end;
    throw new SupervisorProtocolError(`the supervisor's stream ended while ${this.#state}`);
  }

  *#decode(chunk: Uint8Array): Generator<SupervisorFrame, void, undefined> {
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#state === 'ended') throw unexpected('bytes after the last frame');
      if (this.#state === 'broken') throw unexpected('something wrong before');
      const wantedBytes = this.#streamLeftBytes || this.#wantedBytes - this.#heldBytes;
      const bytes = chunk.subarray(at, at + wantedBytes);
      at += bytes.byteLength;
      const frame = this.#streamLeftBytes > 0 ? this.#stream(bytes) : this.#hold(bytes);
      if (frame !== undefined) yield frame;
    }
  }

  #hold(bytes: Uint8Array): SupervisorFrame | undefined {
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes += bytes.byteLength;
    return this.#heldBytes < this.#wantedBytes ? undefined : this.#heldIsWhole();
  }

  #heldIsWhole(): SupervisorFrame | undefined {
    if (this.#type === undefined) {
      this.#beginFrame(String.fromCharCode(this.#held.readUInt8(0)), this.#held.readUInt32BE(1));
      if (this.#heldBytes < this.#wantedBytes || this.#streamLeftBytes > 0) return undefined;
    }
    const frame = this.#takeWhole(this.#type ?? '', this.#held.subarray(0, this.#wantedBytes));
    this.#awaitHeader();
    return frame;
  }

  #awaitHeader(): void {
    this.#type = undefined;
    this.#heldBytes = 0;
    this.#wantedBytes = FRAME_HEADER_BYTES;
  }

  #beginFrame(type: string, lengthBytes: number): void {
    if (ALLOWED[type]?.includes(this.#state) !== true) {
      throw unexpected(`a frame of type ${JSON.stringify(type)} while ${this.#state}`);
    }
    if (type === 'S' && this.#expectation === undefined) throw unexpected('a start without a job');
    const stream = STREAMS[type];
    const { min, max } = WHOLE[type] ?? { min: 1, max: MAX_FRAME_BYTES };
    if (lengthBytes < min || lengthBytes > max) {
      throw unexpected(`a frame of type ${type} with ${String(lengthBytes)} B`);
    }
    if (stream !== undefined) this.#beginStream(stream, lengthBytes);
    this.#type = type;
    this.#heldBytes = 0;
    this.#wantedBytes = stream === undefined ? lengthBytes : 0;
  }

  #beginStream(kind: StreamKind, lengthBytes: number): void {
    const limits = this.#job().limits;
    const allowedBytes = {
      stdout: limits.stdoutBytes - this.#seenBytes.stdout,
      stderr: limits.stderrBytes - this.#seenBytes.stderr,
      data: this.#fileLeftBytes,
    }[kind];
    if (lengthBytes > allowedBytes) throw unexpected(`more ${kind} than was allowed`);
    this.#seenBytes[kind] += lengthBytes;
    if (kind === 'data') this.#fileLeftBytes -= lengthBytes;
    this.#streamLeftBytes = lengthBytes;
  }

  #stream(bytes: Uint8Array): SupervisorFrame {
    const kind = STREAMS[this.#type ?? ''];
    if (kind === undefined) throw unexpected('a stream without a frame');
    this.#streamLeftBytes -= bytes.byteLength;
    if (this.#streamLeftBytes === 0) this.#awaitHeader();
    return { kind, bytes };
  }

  #takeWhole(type: string, payload: Uint8Array): SupervisorFrame | undefined {
    switch (type) {
      case 'H':
        if (payload[0] !== PROTOCOL_VERSION) throw unexpected('another protocol version');
        this.#state = 'ready';
        return { kind: 'hello' };
      case 'S':
        this.#state = 'running';
        return { kind: 'started' };
      case 'F':
        return this.#file(payload);
      case 'R':
        this.#state = 'ended';
        this.#end = { kind: 'result', result: this.#result(payload) };
        return undefined;
      case 'X':
        this.#state = 'failed';
        this.#end ??= { kind: 'failure', message: textOf(payload) };
        return undefined;
      default:
        throw unexpected(`a frame of type ${JSON.stringify(type)}`);
    }
  }

  #file(payload: Uint8Array): SupervisorFrame {
    const { collect, collectBytes } = this.#job();
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const index = view.getUint16(0);
    const sizeBytes = safeU64(view, 6);
    if (this.#fileLeftBytes > 0) throw unexpected('a file before the last one was whole');
    if (index <= this.#lastIndex || index >= collect.length)
      throw unexpected('a file not asked for');
    this.#collectedBytes += sizeBytes;
    if (this.#collectedBytes > collectBytes) throw unexpected('more files than was allowed');
    this.#lastIndex = index;
    this.#fileLeftBytes = sizeBytes;
    this.#state = 'collecting';
    return { kind: 'file', index, executable: (view.getUint32(2) & 0o100) !== 0, sizeBytes };
  }

  #result(payload: Uint8Array): ExecutionResult {
    if (this.#fileLeftBytes > 0) throw unexpected('a result before the last file was whole');
    const result = decodeResult(payload, this.#job().nonce);
    this.#checkOutput('stdout', result.stdoutBytes, result.stdoutTruncated);
    this.#checkOutput('stderr', result.stderrBytes, result.stderrTruncated);
    return result;
  }

  /** Output that got lost on the way would be a wrong answer of ours. */
  #checkOutput(kind: 'stdout' | 'stderr', writtenBytes: number, truncated: boolean): void {
    const seenBytes = this.#seenBytes[kind];
    if (truncated ? seenBytes < writtenBytes : seenBytes === writtenBytes) return;
    throw unexpected(
      `${String(seenBytes)} B of ${kind} came, ${String(writtenBytes)} B were written`,
    );
  }

  #job(): JobExpectation {
    if (this.#expectation === undefined) throw unexpected('an answer without a job');
    return this.#expectation;
  }
}

function unexpected(what: string): SupervisorProtocolError {
  return new SupervisorProtocolError(`the supervisor sent ${what}`);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
