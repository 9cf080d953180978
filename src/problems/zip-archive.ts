import { open as openFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { JudgeError } from '../errors.js';
import type { ArchiveEntries } from './archive-entries.js';
import type { Unpacker } from './archive-unpacker.js';
import { badPackage } from './package-error.js';

const LOCAL_HEADER_BYTES = 30;
const LINK_TARGET_BYTES = 1024;
/** What `ls -l` shows first, of files made on Unix. */
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;

/** @throws JudgeError `bad-package` when it is no zip archive, or one of those that are made to harm. */
export async function unpackZip(
  path: string,
  entries: ArchiveEntries,
  to: Unpacker,
): Promise<void> {
  const handle = await openFile(path);
  let zip: yauzl.ZipFile;
  try {
    // yauzl closes the descriptor; a second close of the handle would be of somebody else's.
    zip = await fromFd(handle.fd, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: true,
    });
  } catch (error) {
    await handle.close();
    throw damaged(error);
  }
  try {
    const ranges: [start: number, end: number][] = [];
    for await (const entry of each(zip)) {
      ranges.push(rangeOf(entry));
      await unpackEntry(zip, entry, entries, to);
    }
    refuseOverlap(ranges);
  } finally {
    await handle.close();
  }
}

const fromFd = promisify<number, yauzl.Options, yauzl.ZipFile>(yauzl.fromFd);

async function* each(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      const settle = (result: () => void) => () => {
        zip.removeAllListeners();
        result();
      };
      zip.once('entry', (next: yauzl.Entry) => settle(() => resolve(next))());
      zip.once(
        'end',
        settle(() => resolve(undefined)),
      );
      zip.once('error', (error: Error) => settle(() => reject(damaged(error)))());
      zip.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

async function unpackEntry(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  entries: ArchiveEntries,
  to: Unpacker,
): Promise<void> {
  const name = entry.fileNameRaw;
  const shown = name.subarray(0, 200).toString('latin1');
  if (entry.isEncrypted()) throw badPackage(shown, 'is encrypted');
  const mode = entry.externalFileAttributes >>> 16;
  const type = mode & TYPE_MASK;
  const endsInSlash = name.at(-1) === '/'.charCodeAt(0);
  if (type === DIRECTORY || (type !== LINK && endsInSlash)) {
    await to.directory(entries.add(name, 'directory'));
    return;
  }
  if (type === LINK) {
    const target = await linkTarget(zip, entry, shown);
    entries.add(name, 'link', target);
    return;
  }
  if (type !== REGULAR && type !== 0) {
    throw badPackage(shown, 'is neither a file nor a directory');
  }
  const path = entries.add(name, 'file');
  // A file cannot be the package's own directory.
  if (path === '') throw badPackage(shown, 'the name is empty');
  entries.packed(entry.compressedSize);
  const content = await bytesOf(zip, entry, shown);
  await to.file(path, (mode & 0o111) !== 0, counted(content, path, entries));
}

async function* counted(
  content: AsyncIterable<Buffer>,
  path: string,
  entries: ArchiveEntries,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of content) {
      entries.unpacked(path, chunk.byteLength);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof JudgeError) throw error;
    throw badPackage(path, `cannot be unpacked: ${messageOf(error)}`);
  }
}

async function linkTarget(zip: yauzl.ZipFile, entry: yauzl.Entry, shown: string): Promise<string> {
  if (entry.uncompressedSize > LINK_TARGET_BYTES) {
    throw badPackage(shown, 'the target of the symbolic link is too long');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of await bytesOf(zip, entry, shown)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function bytesOf(zip: yauzl.ZipFile, entry: yauzl.Entry, shown: string): Promise<Readable> {
  return await new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) {
        // It may fail before anybody reads; the reader hears of it then.
        stream.on('error', () => undefined);
        resolve(stream);
      } else reject(badPackage(shown, `cannot be unpacked: ${error.message}`));
    });
  });
}

function rangeOf(entry: yauzl.Entry): [start: number, end: number] {
  const start = entry.relativeOffsetOfLocalHeader;
  return [start, start + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize];
}

/** Entries that share bytes unpack to more than the archive could hold. */
function refuseOverlap(ranges: readonly (readonly [start: number, end: number])[]): void {
  let lastEnd = 0;
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    if (start < lastEnd) throw badPackage('.', 'entries of the archive overlap');
    lastEnd = end;
  }
}

function damaged(error: unknown): Error {
  return badPackage('.', `is no zip archive that can be read: ${messageOf(error)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
