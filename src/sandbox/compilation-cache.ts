import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StagedFile } from '../judging/bytes.js';
import type { Compilation } from '../judging/compilation.js';
import { compileRequest } from '../judging/compile-program.js';
import type { ExecutionLimits } from '../judging/limits.js';
import type { ArtifactStore, Compiler } from '../judging/ports.js';
import { shareWork, type SharedWork } from '../judging/shared-work.js';
import type { Program } from '../judging/submission.js';
import { evictOldest } from './blob-eviction.js';
import { isStored, type BlobStore } from './blob-store.js';
import { formatEntry, parseEntry, type CompilationEntry } from './compilation-entry.js';
import { compilationKey } from './compilation-key.js';

/*
 * Compiles what was not compiled before. Entries are files named by the key of all that a compilation
 * depends on, shared by the processes of a data directory: written beside and renamed into place.
 *
 *   key ─► under way here? wait for it
 *       ─► entry whole, every file of the artifact whole? take it over
 *       ─► compile; keep it if it succeeded, or failed in a way that was seen before
 *
 * Nothing is shared that a submission could not have had from the compiler itself: an entry, its log
 * too, came of a container that held exactly the files of the key and nothing else. What ended by a
 * limit, a signal or a fault of ours is never kept. A rejection is taken over only when two containers
 * gave the same: a machine short of memory makes compilers say all kinds of things.
 */

export interface CompilationCacheOptions {
  readonly compiler: Compiler;
  readonly directory: string;
  /** Of the entries; the artifacts' bytes are bounded by the store. */
  readonly maxBytes: number;
  readonly blobs: BlobStore;
  readonly artifacts: ArtifactStore;
  /** Identifies, by content, what a toolchain's name stands for, on what kind of machine. */
  readonly identify: (toolchain: string) => Promise<string>;
}

/** Of one and the same rejection, until it is believed. */
const SIGHTINGS = 2;

export class CompilationCache implements Compiler {
  readonly #options: CompilationCacheOptions;
  readonly #underWay = new Map<string, SharedWork<Compilation>>();
  #writtenBytes = 0;

  private constructor(options: CompilationCacheOptions) {
    this.#options = options;
  }

  static async open(options: CompilationCacheOptions): Promise<CompilationCache> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    await evictOldest(options);
    return new CompilationCache(options);
  }

  async compile(
    program: Program,
    limits: ExecutionLimits,
    signal?: AbortSignal,
  ): Promise<Compilation> {
    const toolchain = await this.#options.identify(program.language.toolchain);
    const key = await compilationKey(compileRequest(program, limits), toolchain);
    const work = async (stop: AbortSignal): Promise<Compilation> => {
      try {
        return await this.#findOrMake(key, program, limits, stop);
      } finally {
        this.#underWay.delete(key);
      }
    };
    return await shareWork(this.#underWay, key, work, signal);
  }

  async #findOrMake(
    key: string,
    program: Program,
    limits: ExecutionLimits,
    signal: AbortSignal,
  ): Promise<Compilation> {
    const entry = await this.#read(key);
    const known = entry && (await this.#compilationOf(entry));
    if (known !== undefined) {
      await touch(this.#pathOf(key));
      return known;
    }
    const compilation = await this.#options.compiler.compile(program, limits, signal);
    // A cache that cannot be written, such as on a full disk, costs time and no verdict.
    await this.#remember(key, compilation, entry).catch(() => undefined);
    return compilation;
  }

  async #read(key: string): Promise<CompilationEntry | undefined> {
    const text = await readFile(this.#pathOf(key), 'utf8').catch(() => '');
    const entry = parseEntry(text, key);
    if (entry === undefined && text !== '') await rm(this.#pathOf(key), { force: true });
    return entry;
  }

  /** @returns undefined if it must be compiled again. */
  async #compilationOf(entry: CompilationEntry): Promise<Compilation | undefined> {
    if (entry.kind === 'failed') {
      const { sightings, ...failed } = entry;
      return sightings < SIGHTINGS ? undefined : { ...failed, isRepeatable: true };
    }
    const { contentHash, files, ...compiled } = entry;
    const found: StagedFile[] = [];
    for (const { name, executable, sha256, sizeBytes } of files) {
      const content = await this.#options.blobs.find(sha256, sizeBytes);
      if (content === undefined) return undefined;
      found.push({ name, executable, content });
    }
    const artifact = await this.#options.artifacts.put(found);
    return artifact.contentHash === contentHash ? { ...compiled, artifact } : undefined;
  }

  async #remember(
    key: string,
    compilation: Compilation,
    before: CompilationEntry | undefined,
  ): Promise<void> {
    const entry = entryOf(compilation, before);
    if (entry === undefined) return;
    const text = formatEntry(key, entry);
    const temporary = join(this.#options.directory, `new-${randomUUID()}`);
    try {
      await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
      await rename(temporary, this.#pathOf(key));
    } finally {
      await rm(temporary, { force: true });
    }
    this.#writtenBytes += text.length;
    if (this.#writtenBytes < this.#options.maxBytes / 16) return;
    this.#writtenBytes = 0;
    await evictOldest(this.#options);
  }

  #pathOf(key: string): string {
    return join(this.#options.directory, key);
  }
}

function entryOf(
  compilation: Compilation,
  before: CompilationEntry | undefined,
): CompilationEntry | undefined {
  if (compilation.kind === 'compiled') {
    const { artifact, ...compiled } = compilation;
    const files = artifact.files.map(({ name, executable, content }) => {
      if (!isStored(content)) throw new TypeError('an artifact outside of the store of blobs');
      return { name, executable, sha256: content.sha256, sizeBytes: content.sizeBytes };
    });
    return { ...compiled, contentHash: artifact.contentHash, files };
  }
  const { isRepeatable, ...failed } = compilation;
  if (!isRepeatable) return undefined;
  const isSeenAgain =
    before?.kind === 'failed' && before.reason === failed.reason && before.log === failed.log;
  return { ...failed, sightings: isSeenAgain ? before.sightings + 1 : 1 };
}

/** Another process may have evicted it in this moment. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
