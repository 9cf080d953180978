import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, lstatSync, type BigIntStats } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { JudgeError } from '../../errors.js';
import { isDead, thisOwner } from '../owner.js';
import {
  digestOf,
  formatManifest,
  hasSameShape,
  isUntouched,
  parseManifest,
  type FileState,
  type RecordedEntry,
  type RootEntry,
  type RootManifest,
} from './root-manifest.js';
import { unpackRoot } from './root-unpacker.js';

/*
 * Unpacked images, each in a directory named for the image's tag, which names what it is made of:
 *
 *   roots/<toolchain>-<hash>/files/          what containers have as their root, read-only
 *   roots/<toolchain>-<hash>/manifest.json   what belongs there: root-manifest.ts
 *   roots/new-<owner>-<random>/              being unpacked; renamed into place when whole
 */

/** All files of an image as a tar archive. */
export type OpenArchive = () => Promise<AsyncIterable<Uint8Array>>;

interface Unpacked {
  readonly place: string;
  readonly digest: string;
}

const FILES = 'files';
const MANIFEST = 'manifest.json';
const UNFINISHED = 'new-';
/** Entries that are looked at before others have their turn. */
const SLICE = 512;

export class RootStore {
  readonly #directory: string;
  readonly #owner: string;
  readonly #digests = new Map<string, string>();

  private constructor(directory: string, owner: string) {
    this.#directory = directory;
    this.#owner = owner;
  }

  /** Removes what processes that died left half unpacked. */
  static async open(directory: string): Promise<RootStore> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      const owner = /^new-(.*)-[0-9a-f]{8}$/.exec(name)?.[1];
      if (owner !== undefined && (await isDead(owner))) await removeTree(join(directory, name));
    }
    return new RootStore(directory, await thisOwner());
  }

  /**
   * The directory of an image's files: as they were unpacked, or unpacked now.
   * @throws JudgeError `image-build-failed` when it cannot be unpacked.
   */
  async ensure(image: string, openArchive: OpenArchive): Promise<string> {
    const place = join(this.#directory, directoryNameOf(image));
    const manifest = await readManifest(place, image);
    const found = manifest && (await checkFiles(join(place, FILES), manifest));
    if (manifest !== undefined && found !== undefined) {
      if (found === 'restored') await this.#record(place, manifest);
      this.#digests.set(image, digestOf(manifest));
      return join(place, FILES);
    }
    const fresh = await this.#unpack(image, openArchive);
    this.#digests.set(image, fresh.digest);
    await this.#replace(place, fresh.place);
    return join(place, FILES);
  }

  /** Names an image that was ensured by its content. */
  digestOf(image: string): string {
    const digest = this.#digests.get(image);
    if (digest === undefined) throw new Error(`${image} was not ensured`);
    return digest;
  }

  /** Removes the images whose tags are not given. @returns the names of the removed directories. */
  async prune(images: readonly string[]): Promise<readonly string[]> {
    const kept = images.map(directoryNameOf);
    const names = await readdir(this.#directory);
    const stale = names.filter((name) => !kept.includes(name) && !name.startsWith(UNFINISHED));
    for (const name of stale) await removeTree(join(this.#directory, name));
    return stale;
  }

  /** So that contents are not hashed at every start. */
  async #record(place: string, { image, entries }: RootManifest): Promise<void> {
    const recorded = entries.map((entry) => record(join(place, FILES), entry));
    const fresh = this.#unfinished();
    await writeFile(fresh, formatManifest({ image, entries: recorded }));
    await rename(fresh, join(place, MANIFEST));
  }

  async #unpack(image: string, openArchive: OpenArchive): Promise<Unpacked> {
    const fresh = this.#unfinished();
    const files = join(fresh, FILES);
    try {
      await mkdir(files, { recursive: true, mode: 0o755 });
      const entries = await unpackRoot(await openArchive(), files);
      const manifest = { image, entries: entries.map((entry) => record(files, entry)) };
      await writeFile(join(fresh, MANIFEST), formatManifest(manifest));
      return { place: fresh, digest: digestOf(manifest) };
    } catch (error) {
      await removeTree(fresh);
      throw unpackingFailed(image, this.#directory, error);
    }
  }

  /** Another process may have been faster: then its work is thrown away, or ours is; both are right. */
  async #replace(place: string, fresh: string): Promise<void> {
    const old = this.#unfinished();
    await rename(place, old).catch(() => undefined);
    await rename(fresh, place).catch(() => undefined);
    await removeTree(old);
    await removeTree(fresh);
  }

  #unfinished(): string {
    const name = `${UNFINISHED}${this.#owner}-${randomUUID().slice(0, 8)}`;
    return join(this.#directory, name);
  }
}

function directoryNameOf(image: string): string {
  return image.replace(/^minos\//, '').replaceAll(/[^A-Za-z0-9.-]/g, '-');
}

async function readManifest(place: string, image: string): Promise<RootManifest | undefined> {
  const text = await readFile(join(place, MANIFEST), 'utf8').catch(() => '');
  const manifest = parseManifest(text);
  return manifest?.image === image ? manifest : undefined;
}

/**
 * That nothing was added needs no look: it would have changed its directory.
 * @returns undefined if it is not what was unpacked; 'restored' if only inodes and times differ.
 */
async function checkFiles(
  files: string,
  { entries }: RootManifest,
): Promise<'untouched' | 'restored' | undefined> {
  let answer: 'untouched' | 'restored' = 'untouched';
  for (const [index, entry] of entries.entries()) {
    if (index % SLICE === 0) await turn();
    const state = stateOf(join(files, entry.path));
    if (isUntouched(entry, state)) continue;
    if (state === undefined || !hasSameShape(entry, state)) return undefined;
    if (entry.kind === 'directory') return undefined;
    if ((await contentOf(files, entry)) !== entry.content) return undefined;
    answer = 'restored';
  }
  return answer;
}

async function contentOf(files: string, { path, kind }: RootEntry): Promise<string> {
  if (kind === 'link') return await readlink(join(files, path));
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(files, path)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

function record(files: string, entry: RootEntry): RecordedEntry {
  const state = stateOf(join(files, entry.path));
  if (state === undefined) throw new Error(`${entry.path} vanished`);
  return { ...entry, inode: state.inode, changedNs: state.changedNs };
}

function stateOf(path: string): FileState | undefined {
  const stats: BigIntStats | undefined = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return {
    kind: kindOf(stats),
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    sizeBytes: Number(stats.size),
    inode: String(stats.ino),
    changedNs: String(stats.ctimeNs),
  };
}

function kindOf(stats: BigIntStats): FileState['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

function unpackingFailed(image: string, directory: string, cause: unknown): unknown {
  if (cause instanceof JudgeError) return cause;
  const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return new JudgeError(
    'image-build-failed',
    isFull
      ? `the disk is full: ${image} cannot be unpacked into ${directory}`
      : `${image} cannot be unpacked into ${directory}: ${String(cause)}`,
    {
      cause,
      details: isFull ? ['Free some: ./minos images prune removes what old versions left.'] : [],
    },
  );
}
