import type { ByteSource, StagedFile } from '../judging/bytes.js';
import type { ExecutionRequest } from '../judging/execution.js';
import { gathered, type Chunks } from './gathered-chunks.js';
import { SupervisorProtocolError } from './supervisor-protocol-error.js';

/*
 * The job: what the host writes to the supervisor's stdin, once. All integers are big-endian. The
 * layout is read by runner/job.c; both change together, with the version in the magic.
 *
 *   job    := "MINOSJB1" | u32 header length | header | bytes of each file, in order | bytes of stdin
 *   header := nonce[16] | u32 flags (1, 2, 8: below) | u32 uid | u32 gid
 *           | u64 CPU kill µs | u64 wall kill µs
 *           | u64 stdout cap | u64 stderr cap | u64 file size | u64 stack | u64 address space (0: none)
 *           | u64 collect cap | u32 open files | u32 RLIMIT_CPU s | u64 stdin bytes
 *           | strings argv | strings environment | string cwd
 *           | u16 count × (string name | u8 executable | u8 place | u64 bytes) | strings to collect
 *             Of a file that is lent, the bytes are not sent; in their place comes its key[64].
 *   strings := u16 count × string      string := u16 length | bytes without NUL
 */

export const NONCE_BYTES = 16;

const MAGIC = 'MINOSJB1';
/** Most headers have no more. */
const INITIAL_BYTES = 1024;
const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_U16 = 0xffff;
const MAX_U32 = 0xffff_ffff;
const FLAG_MERGE_STDERR = 1;
const FLAG_TRUNCATE_STDOUT = 2;
/** No file locks and watches: through shared inodes they reach other containers. */
const FLAG_DENY_SHARED_STATE = 8;
/** Where a file is staged: read-only under /box, or owned by the program under /w; or who lends it. */
const PLACE = { box: 0, work: 1, lent: 2 } as const;
const WORK_DIRECTORY = '/w';

/** What a job has beyond the request: who the program is, and the secret that its result repeats. */
export interface JobIdentity {
  /** 16 random bytes. The program never sees them, so it cannot forge a result. */
  readonly nonce: Uint8Array;
  /** User and group of the program. */
  readonly uid: number;
}

/** Keys, 64 characters long, of files that a launcher puts into the container (runner/launcher/lending.c). */
export type LentFiles = ReadonlyMap<StagedFile, string>;

const NOTHING_LENT: LentFiles = new Map();

/**
 * The whole job as a stream of chunks, each good until the next is asked for.
 * @throws SupervisorProtocolError if a source lied about its size.
 */
export function encodeJob(
  request: ExecutionRequest,
  identity: JobIdentity,
  lent = NOTHING_LENT,
): AsyncGenerator<Uint8Array, void, undefined> {
  return gathered(jobParts(request, identity, lent));
}

function* jobParts(
  request: ExecutionRequest,
  identity: JobIdentity,
  lent: LentFiles,
): Generator<Chunks, void, undefined> {
  yield [encodeJobHeader(request, identity, lent)];
  for (const file of [...request.files, ...request.workFiles]) {
    const key = lent.get(file);
    yield key === undefined ? exactly(file.content, file.name) : [Buffer.from(key)];
  }
  yield exactly(request.stdin, 'stdin');
}

/** Magic, length and header; the files and stdin follow. */
export function encodeJobHeader(
  request: ExecutionRequest,
  identity: JobIdentity,
  lent = NOTHING_LENT,
): Uint8Array {
  const header = new ByteWriter();
  writeFixed(header, request, identity);
  header.strings('argument', request.command);
  header.strings(
    'environment entry',
    Object.entries(request.environment).map(([name, value]) => `${name}=${value}`),
  );
  header.string('cwd', WORK_DIRECTORY);
  header.u16('number of files', request.files.length + request.workFiles.length);
  for (const file of request.files) {
    writeFile(header, file, lent.has(file) ? PLACE.lent : PLACE.box);
  }
  for (const file of request.workFiles) writeFile(header, file, PLACE.work);
  header.strings('name to collect', request.collect);

  const bytes = header.toBytes();
  if (bytes.byteLength > MAX_HEADER_BYTES) {
    throw new SupervisorProtocolError(
      `the job header of ${String(bytes.byteLength)} B is too long`,
    );
  }
  const job = new ByteWriter();
  job.raw(new TextEncoder().encode(MAGIC));
  job.u32('header length', bytes.byteLength);
  job.raw(bytes);
  return job.toBytes();
}

function writeFixed(out: ByteWriter, request: ExecutionRequest, identity: JobIdentity): void {
  const { limits } = request;
  if (identity.nonce.byteLength !== NONCE_BYTES) {
    throw new SupervisorProtocolError('the nonce has the wrong length');
  }
  out.raw(identity.nonce);
  out.u32(
    'flags',
    (request.mergeStderr ? FLAG_MERGE_STDERR : 0) |
      (request.onOutputLimit === 'truncate' ? FLAG_TRUNCATE_STDOUT : 0) |
      // Compilers lock their caches, and no test data is near them.
      (request.purpose === 'compile' ? 0 : FLAG_DENY_SHARED_STATE),
  );
  out.u32('uid', identity.uid);
  out.u32('gid', identity.uid);
  out.u64('CPU limit', Math.round(limits.cpuKillMs * 1000));
  out.u64('wall limit', Math.round(limits.wallTimeMs * 1000));
  out.u64('stdout limit', limits.stdoutBytes);
  out.u64('stderr limit', limits.stderrBytes);
  out.u64('file size limit', limits.fileBytes);
  out.u64('stack limit', limits.stackBytes);
  out.u64('address space limit', limits.addressSpaceBytes ?? 0);
  out.u64('collect limit', request.collectBytes);
  out.u32('open files limit', limits.openFiles);
  // Of one process, in case the supervisor itself is starved; the cgroup's clock is the real limit.
  out.u32('RLIMIT_CPU', Math.ceil(limits.cpuKillMs / 1000) + 1);
  out.u64('stdin size', request.stdin.sizeBytes);
}

function writeFile(out: ByteWriter, file: StagedFile, place: number): void {
  out.string('file name', file.name);
  out.u8(file.executable ? 1 : 0);
  out.u8(place);
  out.u64('file size', file.content.sizeBytes);
}

/** A source that is longer or shorter than it said would shift every byte after it. */
async function* exactly(source: ByteSource, name: string): AsyncGenerator<Uint8Array, void> {
  let leftBytes = source.sizeBytes;
  for await (const chunk of source.read({ reuseMemory: true })) {
    leftBytes -= chunk.byteLength;
    if (leftBytes < 0) break;
    if (chunk.byteLength > 0) yield chunk;
  }
  if (leftBytes !== 0) {
    throw new SupervisorProtocolError(
      `${name} has another size than the ${String(source.sizeBytes)} B said`,
    );
  }
}

/** Big-endian integers and strings, each checked against its width. */
class ByteWriter {
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  #lengthBytes = 0;

  raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#room(bytes.byteLength));
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  u16(what: string, value: number): void {
    this.#integer(what, value, MAX_U16);
    const at = this.#room(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  u32(what: string, value: number): void {
    this.#integer(what, value, MAX_U32);
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  u64(what: string, value: number): void {
    this.#integer(what, value, Number.MAX_SAFE_INTEGER);
    const at = this.#room(8);
    this.#bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
    this.#bytes.writeUInt32BE(value % 2 ** 32, at + 4);
  }

  string(what: string, value: string): void {
    if (value.includes('\0')) throw new SupervisorProtocolError(`${what} contains NUL`);
    const lengthBytes = Buffer.byteLength(value);
    this.u16(`length of ${what}`, lengthBytes);
    const at = this.#room(lengthBytes);
    this.#bytes.write(value, at);
  }

  strings(what: string, values: readonly string[]): void {
    this.u16(`number of ${what}`, values.length);
    for (const value of values) this.string(what, value);
  }

  toBytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#lengthBytes);
  }

  /** @returns where the next bytes go. */
  #room(bytes: number): number {
    const at = this.#lengthBytes;
    this.#lengthBytes += bytes;
    if (this.#lengthBytes > this.#bytes.byteLength) {
      const larger = Buffer.allocUnsafe(2 * this.#lengthBytes);
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }

  #integer(what: string, value: number, max: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= max) return;
    throw new SupervisorProtocolError(
      `${what} of ${String(value)} is not an integer of 0 to ${String(max)}`,
    );
  }
}
