import type { ExecutionOutcome, ProcessEnd, StopCause } from '../judging/execution.js';
import { NONCE_BYTES } from './supervisor-job.js';
import { SupervisorProtocolError } from './supervisor-protocol-error.js';

/*
 * The payload of the result frame, the one frame that becomes a verdict; written by runner/report.c:
 *
 *   nonce[16] | u32 wait status | u8 cause | u32 OOM kills | u64 CPU µs | u64 wall µs
 *     | u64 peak memory | u64 stdout bytes | u64 stderr bytes | u8 truncated (1 stdout, 2 stderr)
 *     | u64 starved µs | u32 length | collect problem
 */

const FIXED_BYTES = NONCE_BYTES + 4 + 1 + 4 + 5 * 8 + 1 + 8 + 4;
const MAX_COLLECT_PROBLEM_BYTES = 512;
export const RESULT_BYTES = { min: FIXED_BYTES, max: FIXED_BYTES + MAX_COLLECT_PROBLEM_BYTES };

const UTF8 = new TextDecoder();
const STOP_CAUSES: readonly StopCause[] = ['none', 'cpu-time', 'wall-time', 'stdout-limit'];

/** All but the files, which arrive in frames of their own. */
export type ExecutionResult = Omit<ExecutionOutcome, 'collected'>;

/** @throws SupervisorProtocolError unless it is the well-formed result of the job with this nonce. */
export function decodeResult(payload: Uint8Array, nonce: Uint8Array): ExecutionResult {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (!sameBytes(payload.subarray(0, NONCE_BYTES), nonce)) throw malformed('another nonce');
  const truncatedBits = view.getUint8(65);
  const collectProblem =
    payload.byteLength > FIXED_BYTES ? UTF8.decode(payload.subarray(FIXED_BYTES)) : '';
  if (payload.byteLength !== FIXED_BYTES + view.getUint32(74)) throw malformed('another length');
  if (truncatedBits > 3) throw malformed('unknown bits');
  return {
    end: processEnd(view.getUint32(16)),
    stopCause: stopCause(view.getUint8(20)),
    outOfMemoryKills: view.getUint32(21),
    cpuTimeMs: safeU64(view, 25) / 1000,
    wallTimeMs: safeU64(view, 33) / 1000,
    starvedMs: safeU64(view, 66) / 1000,
    memoryBytes: safeU64(view, 41),
    stdoutBytes: safeU64(view, 49),
    stderrBytes: safeU64(view, 57),
    stdoutTruncated: (truncatedBits & 1) !== 0,
    stderrTruncated: (truncatedBits & 2) !== 0,
    ...(collectProblem === '' ? {} : { collectProblem }),
  };
}

/** A number that JavaScript can hold. */
export function safeU64(view: DataView, at: number): number {
  const value = view.getBigUint64(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a number too large');
  return Number(value);
}

/** wait(2) of Linux: 0xCC00 exited with code CC; 0x00SS killed by signal SS, 0x80 set with a core. */
function processEnd(waitStatus: number): ProcessEnd {
  const signal = waitStatus & 0x7f;
  if (waitStatus <= 0xffff && (waitStatus & 0xff) === 0) {
    return { kind: 'exited', exitCode: waitStatus >> 8 };
  }
  if (waitStatus <= 0xff && signal !== 0 && signal !== 0x7f) return { kind: 'signalled', signal };
  throw malformed(`a wait status of ${String(waitStatus)}`);
}

function stopCause(code: number): StopCause {
  const cause = STOP_CAUSES[code];
  if (cause === undefined) throw malformed(`a stop cause of ${String(code)}`);
  return cause;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}

function malformed(what: string): SupervisorProtocolError {
  return new SupervisorProtocolError(`the supervisor sent a result with ${what}`);
}
