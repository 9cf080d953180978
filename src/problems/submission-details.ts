import { readSmallFile } from './file-source.js';
import { badPackage } from './package-error.js';
import type { LossReport } from './package-notice.js';
import { findFile, type PackageDirectory } from './package-tree.js';

/** What DOMjudge's submissions.json says of one submission. */
export interface SubmissionDetails {
  readonly language?: string;
  readonly entryPoint?: string;
}

const FILE = 'submissions.json';
const MAX_BYTES = 256 * 1024;

/** By path below `submissions/`. */
export async function readSubmissionDetails(
  root: PackageDirectory,
  report: LossReport,
): Promise<ReadonlyMap<string, SubmissionDetails>> {
  const file = findFile(root, FILE) ?? findFile(root, `submissions/${FILE}`);
  if (file === undefined) return new Map();
  if (file.sizeBytes > MAX_BYTES) {
    throw badPackage(file.path, `is larger than ${MAX_BYTES / 1024} KiB`);
  }
  let content: unknown;
  try {
    content = JSON.parse((await readSmallFile(file)).toString('utf8'));
  } catch {
    throw badPackage(file.path, 'is not valid JSON');
  }
  if (!isRecord(content)) {
    report.add(file.path, 'is not used: it is no object with a key for each submission');
    return new Map();
  }
  const details = new Map<string, SubmissionDetails>();
  for (const [path, entry] of Object.entries(content)) {
    if (isRecord(entry)) details.set(path.replace(/^submissions\//, ''), detailsOf(entry));
  }
  return details;
}

function detailsOf(entry: Record<string, unknown>): SubmissionDetails {
  const { langid, entry_point: entryPoint } = entry;
  return {
    ...(typeof langid === 'string' ? { language: langid } : {}),
    ...(typeof entryPoint === 'string' ? { entryPoint } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
