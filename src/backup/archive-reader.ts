import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { JudgeError } from '../errors.js';
import {
  badBackup,
  BLOB_ENTRY,
  MANIFEST_NAME,
  parseManifest,
  TABLE_ENTRY,
  type EntryManifest,
  type Manifest,
} from './manifest.js';

/** Of a million stored files; what is larger is no manifest. */
const MAX_MANIFEST_BYTES = 256 * 2 ** 20;

/**
 * Reads the whole archive and compares everything with the manifest at its end.
 * @throws JudgeError `bad-backup` when a byte is missing, added or changed.
 */
export async function verifyArchive(file: string): Promise<Manifest> {
  const found: EntryManifest[] = [];
  let manifest: Manifest | undefined;
  await readEntries(file, async (name, content) => {
    if (manifest !== undefined) throw badBackup(`${name} comes after the manifest`);
    if (name === MANIFEST_NAME) {
      manifest = parseManifest((await collect(content, MAX_MANIFEST_BYTES)).toString());
      return;
    }
    if (!TABLE_ENTRY.test(name) && !BLOB_ENTRY.test(name)) {
      throw badBackup(`${JSON.stringify(name)} does not belong in one`);
    }
    found.push(await measure(name, content));
  });
  if (manifest === undefined) throw badBackup('it has no manifest, as one that was cut off');
  compare(found, manifest);
  return manifest;
}

/** Calls back for each entry but the manifest, in order; the content must be read to its end. */
export async function readArchive(
  file: string,
  onEntry: (name: string, content: AsyncIterable<Buffer>, bytes: number) => Promise<void>,
): Promise<void> {
  await readEntries(file, async (name, content, bytes) => {
    if (name === MANIFEST_NAME) await measure(name, content);
    else await onEntry(name, content, bytes);
  });
}

async function readEntries(
  file: string,
  onEntry: (name: string, content: AsyncIterable<Buffer>, bytes: number) => Promise<void>,
): Promise<void> {
  const input = createReadStream(file);
  const entries = extract();
  const unpacked = pipeline(input, createGunzip(), entries);
  // It is asked for below; until then its failure is nobody's.
  unpacked.catch(() => undefined);
  try {
    for await (const entry of entries) {
      await onEntry(entry.header.name, entry as AsyncIterable<Buffer>, entry.header.size);
      entry.resume();
    }
    await unpacked;
  } catch (error) {
    throw asBackupError(error, file);
  } finally {
    input.destroy();
  }
}

/** What zlib and tar say of damage; what the callback threw is left as it is. */
function asBackupError(error: unknown, file: string): unknown {
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (path === file)
    return new JudgeError('bad-usage', `${file} cannot be read (${code})`, { cause: error });
  if (error instanceof JudgeError) return error;
  const isDamage = code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE';
  const isTar = error instanceof Error && /tar|end of data|checksum/i.test(error.message);
  return isDamage || isTar ? badBackup('the archive is damaged', error) : error;
}

async function measure(name: string, content: AsyncIterable<Buffer>): Promise<EntryManifest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

function compare(found: readonly EntryManifest[], { entries }: Manifest): void {
  entries.forEach((expected, index) => {
    const entry = found[index];
    if (entry?.name !== expected.name) throw badBackup(`${expected.name} is missing`);
    if (entry.sha256 !== expected.sha256 || entry.bytes !== expected.bytes) {
      throw badBackup(`${expected.name} is damaged`);
    }
  });
  const surplus = found[entries.length];
  if (surplus !== undefined) throw badBackup(`${surplus.name} is not in its manifest`);
}

export async function collect(
  content: AsyncIterable<Buffer>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw badBackup('an entry is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
