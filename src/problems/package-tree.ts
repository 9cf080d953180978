import type { FileIdentity } from './file-source.js';

/**
 * The files of a package, checked, by their place in it. A directory gives one (directory-tree.ts);
 * an archive will, once it is unpacked.
 */
export interface PackageDirectory {
  readonly kind: 'directory';
  /** Inside the package; empty for the package itself. */
  readonly path: string;
  readonly name: string;
  /** By name, in code-point order. */
  readonly entries: readonly PackageEntry[];
}

export interface PackageFile extends FileIdentity {
  readonly kind: 'file';
  readonly path: string;
  readonly name: string;
  readonly executable: boolean;
}

export type PackageEntry = PackageDirectory | PackageFile;

export function findEntry(root: PackageDirectory, path: string): PackageEntry | undefined {
  let entry: PackageEntry | undefined = root;
  for (const segment of path.split('/')) {
    if (entry?.kind !== 'directory') return undefined;
    entry = entry.entries.find((child) => child.name === segment);
  }
  return entry;
}

export function findFile(root: PackageDirectory, path: string): PackageFile | undefined {
  const entry = findEntry(root, path);
  return entry?.kind === 'file' ? entry : undefined;
}

export function findDirectory(root: PackageDirectory, path: string): PackageDirectory | undefined {
  const entry = findEntry(root, path);
  return entry?.kind === 'directory' ? entry : undefined;
}

export function filesOf(directory: PackageDirectory): readonly PackageFile[] {
  return directory.entries.filter((entry) => entry.kind === 'file');
}

export function directoriesOf(directory: PackageDirectory): readonly PackageDirectory[] {
  return directory.entries.filter((entry) => entry.kind === 'directory');
}

/** All files below, in path order. */
export function filesBelow(directory: PackageDirectory): readonly PackageFile[] {
  return directory.entries.flatMap((entry) =>
    entry.kind === 'file' ? [entry] : filesBelow(entry),
  );
}

/** The entry's path seen from a directory above it. */
export function relativePath(from: PackageDirectory, entry: PackageEntry): string {
  return from.path === '' ? entry.path : entry.path.slice(from.path.length + 1);
}
