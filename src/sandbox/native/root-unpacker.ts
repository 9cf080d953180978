import { createHash } from 'node:crypto';
import { chmod, lchown, link, lutimes, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { SandboxFailure } from '../../judging/ports.js';
import type { RootEntry } from './root-manifest.js';

/*
 * Unpacks the archive of an image into an empty directory. Owners, modes and times are kept: Python
 * and Java look at the times of what they cached. Device nodes stay out, and so does what is below
 * /dev, which a container has of its own.
 */

/** What Docker adds to a container that it makes. */
const LEFT_OUT = /^(\.dockerenv$|dev\/)/;

/** @returns what was unpacked, in the order of the archive, directories before what is in them. */
export async function unpackRoot(
  archive: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<readonly RootEntry[]> {
  const unpacker = new RootUnpacker(directory);
  const tar = extract();
  const reading = pipeline(archive, tar);
  // Awaited below; a failure must not count as unhandled until then.
  reading.catch(() => undefined);
  try {
    for await (const entry of tar) {
      await unpacker.take(entry.header, entry as AsyncIterable<Uint8Array>);
      entry.resume();
    }
    await reading;
  } finally {
    tar.destroy();
  }
  await unpacker.finish();
  return [...unpacker.entries.values()];
}

class RootUnpacker {
  readonly entries = new Map<string, RootEntry>();
  readonly #directory: string;
  /** Set when all is there: making a file in a directory changes its times. */
  readonly #directoryTimes = new Map<string, Date>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async take(header: Header, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = plainPath(header.name);
    if (path === '' || LEFT_OUT.test(path)) return;
    this.#checkParents(path);
    await this.#make(path, header, bytes);
  }

  async finish(): Promise<void> {
    for (const [path, time] of [...this.#directoryTimes].reverse()) {
      await utimes(join(this.#directory, path), time, time);
    }
  }

  async #make(path: string, header: Header, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { type, uid, gid, mtime } = header;
    const mode = header.mode & 0o7777;
    const place = join(this.#directory, path);
    const common = { path, mode, uid, gid, sizeBytes: 0, content: '' };
    switch (type) {
      case 'directory':
        await mkdir(place);
        await lchown(place, uid, gid);
        await chmod(place, mode);
        this.#directoryTimes.set(path, mtime);
        this.entries.set(path, { ...common, kind: 'directory' });
        return;
      case 'symlink': {
        const target = header.linkname;
        await symlink(target, place);
        await lchown(place, uid, gid);
        await lutimes(place, mtime, mtime);
        this.entries.set(path, { ...common, kind: 'link', content: target });
        return;
      }
      case 'link':
        await this.#linkTo(plainPath(header.linkname), path);
        return;
      case 'file':
      case 'contiguous-file': {
        const written = await writeHashed(place, bytes);
        await lchown(place, uid, gid);
        await chmod(place, mode);
        await utimes(place, mtime, mtime);
        this.entries.set(path, { ...common, ...written, kind: 'file' });
        return;
      }
      default:
        throw new SandboxFailure(`the image has a ${type} at ${path}`);
    }
  }

  async #linkTo(target: string, path: string): Promise<void> {
    const entry = this.entries.get(target);
    if (entry?.kind !== 'file') throw new SandboxFailure(`a link to what is not there: ${path}`);
    await link(join(this.#directory, target), join(this.#directory, path));
    this.entries.set(path, { ...entry, path });
  }

  /** Through a symbolic link it would be written somewhere else. */
  #checkParents(path: string): void {
    const parent = dirname(path);
    if (parent === '.' || this.entries.get(parent)?.kind === 'directory') return;
    throw new SandboxFailure(`the image has ${path}, but no directory ${parent}`);
  }
}

async function writeHashed(
  place: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ sizeBytes: number; content: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using file = await open(place, 'wx', 0o600);
  for await (const chunk of bytes) {
    hash.update(chunk);
    sizeBytes += chunk.byteLength;
    await file.writeFile(chunk);
  }
  return { sizeBytes, content: hash.digest('hex') };
}

/** Without the `./` and `/` that archives put around names. @throws SandboxFailure if it climbs. */
function plainPath(name: string): string {
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw new SandboxFailure(`the image has a name ${name}`);
  return segments.join('/');
}
