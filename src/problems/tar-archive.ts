import { createReadStream } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { ArchiveEntries } from './archive-entries.js';
import type { Unpacker } from './archive-unpacker.js';
import { badPackage } from './package-error.js';

/** @throws JudgeError `bad-package` when it is no gzipped tar archive, or one made to harm. */
export async function unpackTarGz(
  path: string,
  entries: ArchiveEntries,
  to: Unpacker,
): Promise<void> {
  const archive = extract();
  const reading = pipeline(
    createReadStream(path),
    counter((bytes) => entries.packed(bytes)),
    createGunzip(),
    new HeaderGuard((bytes) => entries.unpacked('.', bytes)),
    archive,
  );
  // Awaited below; a failure must not count as unhandled until then.
  reading.catch(() => undefined);
  try {
    for await (const entry of archive) {
      await unpackEntry(entry.header, entry as AsyncIterable<Uint8Array>, entries, to);
      entry.resume();
    }
    await reading;
  } catch (error) {
    archive.destroy();
    throw isCatalogued(error) ? error : damaged(error);
  }
}

/** What tar-stream makes of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

async function unpackEntry(
  { name, type, mode, linkname }: Header,
  content: AsyncIterable<Uint8Array>,
  entries: ArchiveEntries,
  to: Unpacker,
): Promise<void> {
  if (name.includes(REPLACEMENT)) throw badPackage(name, 'the name is not UTF-8');
  const bytes = Buffer.from(name);
  switch (type) {
    case 'directory':
      await to.directory(entries.add(bytes, 'directory'));
      return;
    case 'symlink':
      entries.add(bytes, 'link', linkname);
      return;
    case 'file':
    case 'contiguous-file': {
      const path = entries.add(bytes, 'file');
      if (path === '') throw badPackage(name, 'the name is empty');
      await to.file(path, (mode & 0o111) !== 0, content);
      return;
    }
    default:
      throw badPackage(name, 'is neither a file nor a directory');
  }
}

function counter(count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.byteLength);
      done(null, chunk);
    },
  });
}

const BLOCK_BYTES = 512;
const TYPE_AT = 156;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
/** Long names and extended headers, which tar-stream keeps whole in memory. */
const EXTENSIONS = new Set(['x', 'g', 'L', 'K', 'N', 'X'].map((type) => type.charCodeAt(0)));
const EXTENSION_BYTES = 64 * 1024;

/** Looks at every header before tar-stream does, and counts all that comes out of the compression. */
class HeaderGuard extends Transform {
  readonly #count: (bytes: number) => void;
  readonly #header = Buffer.alloc(BLOCK_BYTES);
  #headerBytes = 0;
  #skipBytes = 0;

  constructor(count: (bytes: number) => void) {
    super();
    this.#count = count;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      this.#count(chunk.byteLength);
      for (let at = 0; at < chunk.byteLength;) at += this.#take(chunk.subarray(at));
      done(null, chunk);
    } catch (error) {
      done(error as Error);
    }
  }

  #take(chunk: Buffer): number {
    if (this.#skipBytes > 0) {
      const skipped = Math.min(this.#skipBytes, chunk.byteLength);
      this.#skipBytes -= skipped;
      return skipped;
    }
    const taken = chunk.copy(this.#header, this.#headerBytes, 0);
    this.#headerBytes += taken;
    if (this.#headerBytes === BLOCK_BYTES) {
      this.#headerBytes = 0;
      const sizeBytes = sizeOf(this.#header.subarray(SIZE_AT, SIZE_AT + SIZE_BYTES));
      if (EXTENSIONS.has(this.#header[TYPE_AT] ?? 0) && sizeBytes > EXTENSION_BYTES) {
        throw badPackage('.', 'the archive has a name or header that is too long');
      }
      this.#skipBytes = Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    }
    return taken;
  }
}

/** Octal digits, or, with the first bit set, a binary number. */
function sizeOf(field: Buffer): number {
  const size =
    ((field[0] ?? 0) & 0x80) === 0
      ? parseInt(field.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8)
      : Number(field.readBigUInt64BE(SIZE_BYTES - 8));
  if (!Number.isSafeInteger(size) || size < 0) {
    throw badPackage('.', 'the archive has a header that cannot be read');
  }
  return size;
}

function isCatalogued(error: unknown): boolean {
  return error instanceof Error && error.name === 'JudgeError';
}

function damaged(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  return badPackage('.', `is no tar.gz archive that can be read: ${message}`);
}
