import type { Kysely } from 'kysely';
import type { Blobs } from '../blobs/blobs.js';
import type { Database } from '../database/schema.js';
import type { Queue } from '../queue/queue.js';
import { receivePackage, type PackageUpload } from './package-upload.js';
import { problemSlug } from './problem-slug.js';
import type { PackageContext } from './read-package.js';
import { storeVersion, type NewVersion, type StoredVersion } from './store-version.js';
import { summarize } from './summarize.js';

export interface ProblemUploadsParts {
  readonly db: Kysely<Database>;
  readonly queue: Queue;
  readonly blobs: Blobs;
  /** For archives while they are read. */
  readonly directory: string;
  readonly context: PackageContext;
}

export type UploadOrder = Pick<
  NewVersion,
  'accountId' | 'publishWhenGreen' | 'publishedBecause'
> & {
  /** undefined: that of the package's directory. */
  readonly name?: string | undefined;
};

export interface Uploaded extends StoredVersion {
  readonly name: string;
}

/** Turns archives into versions of problems. */
export class ProblemUploads {
  readonly #parts: ProblemUploadsParts;

  constructor(parts: ProblemUploadsParts) {
    this.#parts = parts;
  }

  /**
   * Reads an archive, whole, under all caps. Dispose what it gives.
   * @throws JudgeError with what is wrong with the package.
   */
  async receive(content: AsyncIterable<Uint8Array>): Promise<PackageUpload> {
    const { directory, context } = this.#parts;
    return await receivePackage(content, { directory, context });
  }

  /** Files first, then the rows that name them: a version's archive is always there. */
  async store(upload: PackageUpload, { name, ...order }: UploadOrder): Promise<Uploaded> {
    const { db, queue, blobs } = this.#parts;
    const slug = problemSlug(name, upload.directoryName);
    const { problemPackage } = upload;
    const stored = await storeVersion(
      db,
      { queue, blobs },
      {
        ...order,
        name: slug,
        problemPackage,
        archive: await blobs.put(upload.archive()),
        summary: await summarize(problemPackage, blobs),
      },
    );
    return { ...stored, name: slug };
  }
}
