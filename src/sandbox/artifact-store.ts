import { createHash } from 'node:crypto';
import type { Artifact, StagedFile } from '../judging/bytes.js';
import type { ArtifactStore } from '../judging/ports.js';
import type { BlobStore } from './blob-store.js';

/** Keeps what compiling leaves in a store of blobs; files that lie there already are not copied. */
export class BlobArtifactStore implements ArtifactStore {
  readonly #blobs: BlobStore;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  async put(files: readonly StagedFile[]): Promise<Artifact> {
    const hash = createHash('sha256');
    const stored: StagedFile[] = [];
    for (const { name, executable, content } of files) {
      const bytes = await this.#blobs.put(content);
      // NUL ends a name, so that no two lists of files read the same.
      hash.update(`${name}\0${executable ? 'x' : '-'}${bytes.sha256}`);
      stored.push({ name, executable, content: bytes });
    }
    return { contentHash: hash.digest('hex'), files: stored };
  }
}
