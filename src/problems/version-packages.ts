import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '../blobs/blobs.js';
import { forgetPackage, unpackedPackage, unpackPackage } from './package-directory.js';
import { withTimeLimit, type ProblemPackage } from './problem-package.js';
import { readPackage, type PackageContext } from './read-package.js';

/** What names the package of a version, from its rows. */
export interface VersionOfPackage {
  /** The problem's short name. */
  readonly name: string;
  readonly archiveSha256: string;
  readonly packageHash: string;
  /** null: not known yet. */
  readonly cpuTimeLimitMs: number | null;
}

export interface VersionPackagesOptions {
  readonly blobs: Blobs;
  /** Where archives are unpacked; shared by the processes of this machine. */
  readonly directory: string;
  readonly context: PackageContext;
}

/** Packages that stay open in this process: their validators are compiled once. */
const OPEN = 64;

/** The packages of versions, fetched from the blob store and unpacked once on a machine. */
export class VersionPackages {
  readonly #options: VersionPackagesOptions;
  /** By archive, the one used last at the end. */
  readonly #open = new Map<string, Promise<ProblemPackage>>();

  constructor(options: VersionPackagesOptions) {
    this.#options = options;
  }

  /**
   * Ready to be judged, under the name and with the time limit that the version has.
   * @throws JudgeError `blob-unavailable` when the archive is gone or damaged.
   */
  async open(version: VersionOfPackage): Promise<ProblemPackage> {
    const { name, cpuTimeLimitMs } = version;
    const read = await this.#opened(version);
    const limited =
      cpuTimeLimitMs === null ? read.problem : withTimeLimit(read.problem, cpuTimeLimitMs);
    return { ...read, problem: { ...limited, id: name } };
  }

  async #opened(version: VersionOfPackage): Promise<ProblemPackage> {
    const { archiveSha256 } = version;
    const known = this.#open.get(archiveSha256);
    this.#open.delete(archiveSha256);
    // Also marks it as used; what was cleared away is unpacked again.
    const root = await unpackedPackage(archiveSha256, this.#options.directory);
    const opening = (root === undefined ? undefined : known) ?? this.#read(version, root);
    this.#open.set(archiveSha256, opening);
    const [oldest] = this.#open.keys();
    if (this.#open.size > OPEN && oldest !== undefined) this.#open.delete(oldest);
    try {
      return await opening;
    } catch (error) {
      if (this.#open.get(archiveSha256) === opening) this.#open.delete(archiveSha256);
      throw error;
    }
  }

  async #read(version: VersionOfPackage, root: string | undefined): Promise<ProblemPackage> {
    const { directory, context } = this.#options;
    if (root !== undefined) {
      const read = await readPackage(root, context).catch(() => undefined);
      if (read?.packageHash === version.packageHash) return read;
      // Something changed on this disk; the archive in the store is what counts.
      await forgetPackage(version.archiveSha256, directory);
    }
    // Its bytes are checked on the way: this is the package, also when a later release reads it
    // differently.
    return await readPackage(await this.#fetch(version.archiveSha256), context);
  }

  async #fetch(archiveSha256: string): Promise<string> {
    const { blobs, directory } = this.#options;
    await mkdir(directory, { recursive: true });
    const archive = join(directory, `.archive-${randomUUID()}`);
    try {
      await pipeline(blobs.get(archiveSha256), createWriteStream(archive, { mode: 0o600 }));
      return await unpackPackage(archiveSha256, archive, directory);
    } finally {
      await rm(archive, { force: true });
    }
  }
}
