import { digestOf, type ContentDigests } from './content-digests.js';
import { NEEDED } from './directory-tree.js';
import { filesBelow, type PackageDirectory } from './package-tree.js';

/** Changes when the engine reads packages differently. */
const READER_VERSION = 1;

/** SHA-256 over paths, modes and contents of all that judging and solvers see. */
export async function hashPackage(
  root: PackageDirectory,
  digests: ContentDigests,
): Promise<string> {
  const files: unknown[] = [READER_VERSION];
  for (const entry of root.entries) {
    if (!NEEDED.has(entry.name)) continue;
    for (const file of entry.kind === 'file' ? [entry] : filesBelow(entry)) {
      files.push([file.path, file.executable, await digests.of(file)]);
    }
  }
  return digestOf(files);
}
