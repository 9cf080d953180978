import { digestOf, type ContentDigests } from './content-digests.js';
import { filesBelow, type PackageDirectory } from './package-tree.js';

/** Changes when the engine reads packages differently. */
const READER_VERSION = 1;

/** Everything that decides how a submission is judged, or what a solver is shown. */
const JUDGED = new Set([
  '.timelimit',
  'attachments',
  'data',
  'domjudge-problem.ini',
  'include',
  'output_validator',
  'output_validators',
  'problem.yaml',
  'problem_statement',
  'statement',
  'submissions',
  'submissions.json',
]);

/** SHA-256 over paths, modes and contents. */
export async function hashPackage(root: PackageDirectory, digests: ContentDigests): Promise<string> {
  const files: unknown[] = [READER_VERSION];
  for (const entry of root.entries) {
    if (!JUDGED.has(entry.name)) continue;
    for (const file of entry.kind === 'file' ? [entry] : filesBelow(entry)) {
      files.push([file.path, file.executable, await digests.of(file)]);
    }
  }
  return digestOf(files);
}
