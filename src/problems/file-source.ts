import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { JudgeError } from '../errors.js';
import type { ByteSource } from '../judging/bytes.js';
import { printable } from './plain-name.js';

/** A regular file as it was when it was looked at. */
export interface FileIdentity {
  /** Absolute, every symbolic link resolved. */
  readonly realPath: string;
  readonly sizeBytes: number;
  readonly device: bigint;
  readonly inode: bigint;
  readonly modifiedNs: bigint;
}

const CHUNK_BYTES = 256 * 1024;
/** A link is not followed, and opening a FIFO that took the file's place does not wait. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a file, read when asked for. A file that is no longer the one that was looked at is
 * an error: what is judged is what was read and hashed, or nothing.
 */
export function fileSource(file: FileIdentity): ByteSource {
  return {
    sizeBytes: file.sizeBytes,
    async *read({ reuseMemory = false } = {}) {
      const handle = await openSame(file);
      try {
        let remaining = file.sizeBytes;
        let buffer = chunkFor(remaining);
        while (remaining > 0) {
          const wantedBytes = Math.min(buffer.byteLength, remaining);
          const { bytesRead } = await handle.read(buffer, 0, wantedBytes, null);
          if (bytesRead === 0) throw changed(file);
          remaining -= bytesRead;
          yield buffer.subarray(0, bytesRead);
          if (!reuseMemory) buffer = chunkFor(remaining);
        }
      } finally {
        await handle.close();
      }
    },
  };
}

function chunkFor(remainingBytes: number): Buffer {
  return Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, remainingBytes));
}

/** The whole of a small file. */
export async function readSmallFile(file: FileIdentity): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fileSource(file).read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function openSame(file: FileIdentity): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(file.realPath, OPEN_FLAGS);
  } catch (error) {
    throw changed(file, error);
  }
  try {
    const now = await handle.stat({ bigint: true });
    const same =
      now.isFile() &&
      now.dev === file.device &&
      now.ino === file.inode &&
      now.size === BigInt(file.sizeBytes) &&
      now.mtimeNs === file.modifiedNs;
    if (!same) throw changed(file);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}

function changed(file: FileIdentity, cause?: unknown): JudgeError {
  return new JudgeError(
    'bad-package',
    `${printable(file.realPath)}: cannot be read, or changed since the package was read`,
    { cause },
  );
}
