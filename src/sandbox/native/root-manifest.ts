import { createHash } from 'node:crypto';

/*
 * What an unpacked image consists of, recorded when it was unpacked: what the archive said, with a
 * hash of each file's content, and what the file system said then. A file cannot be changed without
 * a new change time (ctime), which nobody can set; so as long as inode numbers and change times are
 * the same, contents are, and a start costs one lstat for each file. Where they differ (a restored
 * backup has others), the contents are hashed again.
 */

export interface RootEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file. */
  readonly sizeBytes: number;
  /** SHA-256 of a file's content; target of a symbolic link; empty for a directory. */
  readonly content: string;
}

/** What the file system says about an entry. */
export interface FileState {
  readonly kind: RootEntry['kind'] | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly inode: string;
  readonly changedNs: string;
}

export interface RecordedEntry extends RootEntry {
  readonly inode: string;
  readonly changedNs: string;
}

export interface RootManifest {
  readonly image: string;
  readonly entries: readonly RecordedEntry[];
}

const VERSION = 1;

/** Names the image by what it consists of, wherever and whenever it was unpacked. */
export function digestOf({ image, entries }: RootManifest): string {
  const hash = createHash('sha256').update(JSON.stringify(image));
  for (const { path, kind, mode, uid, gid, sizeBytes, content } of entries) {
    hash.update(JSON.stringify([path, kind, mode, uid, gid, sizeBytes, content]));
  }
  return hash.digest('hex');
}

export function formatManifest({ image, entries }: RootManifest): string {
  const rows = entries.map((entry) =>
    JSON.stringify([
      entry.path,
      entry.kind,
      entry.mode,
      entry.uid,
      entry.gid,
      entry.sizeBytes,
      entry.content,
      entry.inode,
      entry.changedNs,
    ]),
  );
  return `{"version":${VERSION},"image":${JSON.stringify(image)},"entries":[\n${rows.join(',\n')}\n]}\n`;
}

/** @returns undefined if this is none: cut short, or of another version. */
export function parseManifest(text: string): RootManifest | undefined {
  try {
    const { version, image, entries } = JSON.parse(text) as {
      version: number;
      image: string;
      entries: [
        string,
        RootEntry['kind'],
        number,
        number,
        number,
        number,
        string,
        string,
        string,
      ][];
    };
    if (version !== VERSION) return undefined;
    return {
      image,
      entries: entries.map(
        ([path, kind, mode, uid, gid, sizeBytes, content, inode, changedNs]) => ({
          path,
          kind,
          mode,
          uid,
          gid,
          sizeBytes,
          content,
          inode,
          changedNs,
        }),
      ),
    };
  } catch {
    return undefined;
  }
}

/** Whether it is, for certain, what was unpacked. */
export function isUntouched(entry: RecordedEntry, state: FileState | undefined): boolean {
  return (
    state !== undefined &&
    hasSameShape(entry, state) &&
    state.inode === entry.inode &&
    state.changedNs === entry.changedNs
  );
}

/** Whether it is what was unpacked, but perhaps for its content. */
export function hasSameShape(entry: RootEntry, state: FileState): boolean {
  return (
    state.kind === entry.kind &&
    state.uid === entry.uid &&
    state.gid === entry.gid &&
    (entry.kind === 'link' || state.mode === entry.mode) &&
    (entry.kind !== 'file' || state.sizeBytes === entry.sizeBytes)
  );
}
