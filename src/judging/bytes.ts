/** Bytes that can be read from the start any number of times, without ever being whole in memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  read(options?: ReadOptions): AsyncIterable<Uint8Array>;
}

export interface ReadOptions {
  /** The reader is done with a chunk when it asks for the next: its memory may be used again. */
  readonly reuseMemory?: boolean;
}

/**
 * Takes bytes in order. A returned promise is back-pressure: the writer waits for it, and then may
 * use the chunk's memory again.
 */
export interface ByteSink {
  write(chunk: Uint8Array): void | Promise<void>;
}

/** A named file that is staged read-only under /box before the clock starts. */
export interface StagedFile {
  /** Path relative to /box: plain segments, no `.` or `..`. */
  readonly name: string;
  readonly executable: boolean;
  readonly content: ByteSource;
}

/** What compiling leaves, known by the hash of its content, read-only in every run. */
export interface Artifact {
  /** SHA-256 over names, modes and contents, in hexadecimal. */
  readonly contentHash: string;
  readonly files: readonly StagedFile[];
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the bytes are here
    async *read() {
      yield bytes;
    },
  };
}

export const EMPTY_SOURCE: ByteSource = sourceOf(new Uint8Array());

export function totalBytes(files: readonly StagedFile[]): number {
  return files.reduce((sum, file) => sum + file.content.sizeBytes, 0);
}
