import type { StagedFile } from '../judging/bytes.js';
import { SandboxFailure } from '../judging/ports.js';
import type { BlobStore, BlobWriter } from './blob-store.js';

interface FileHead {
  readonly name: string;
  readonly executable: boolean;
  readonly sizeBytes: number;
}

/** Puts the files that come out of a container into the store, one after the other. */
export class FileCollector implements AsyncDisposable {
  readonly #blobs: BlobStore;
  readonly #files: StagedFile[] = [];
  #current: { readonly head: FileHead; readonly writer: BlobWriter } | undefined;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  async begin(head: FileHead): Promise<void> {
    await this.#finishCurrent();
    this.#current = { head, writer: await this.#blobs.create() };
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#current === undefined) throw new SandboxFailure('bytes of no file');
    await this.#current.writer.write(chunk);
  }

  /** All the files, in the order they came. */
  async finish(): Promise<readonly StagedFile[]> {
    await this.#finishCurrent();
    return this.#files;
  }

  /** Whatever was not finished leaves nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.writer.discard();
  }

  async #finishCurrent(): Promise<void> {
    if (this.#current === undefined) return;
    const { head, writer } = this.#current;
    const content = await writer.commit();
    this.#current = undefined;
    this.#files.push({ name: head.name, executable: head.executable, content });
  }
}
