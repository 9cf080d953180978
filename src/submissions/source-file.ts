import { JudgeError } from '../errors.js';
import { isPlainName, PLAIN_NAME_RULE, printable } from '../problems/plain-name.js';

/** A file of a submission, as it came. */
export interface SourceFile {
  /** Relative path of plain segments, once it is checked. */
  readonly name: string;
  readonly content: Buffer;
}

const MAX_FILES = 256;
const MAX_SEGMENTS = 9;
const MAX_NAME = 1024;

/**
 * Refuses what cannot be staged as it is.
 * @throws JudgeError `bad-source` for a name, `code-limit-exceeded` for the sizes together.
 */
export function checkSourceFiles(files: readonly SourceFile[], codeLimitBytes: number): void {
  if (files.length === 0) throw new JudgeError('bad-source', 'no source file is given');
  if (files.length > MAX_FILES) {
    throw new JudgeError('bad-source', `there are more than ${MAX_FILES} source files`);
  }
  const names = new Set<string>();
  for (const { name } of files) {
    checkPath(name);
    if (names.has(name)) throw badName(name, 'there is a second file of this name');
    names.add(name);
  }
  for (const name of names) {
    const parent = parentsOf(name).find((path) => names.has(path));
    if (parent !== undefined) throw badName(name, `${parent} is a file, and no directory`);
  }
  const bytes = sizeOf(files);
  if (bytes > codeLimitBytes) {
    throw new JudgeError(
      'code-limit-exceeded',
      `the source has ${bytes} bytes: the code limit is ${codeLimitBytes / 1024} KiB`,
    );
  }
}

export function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { content }) => sum + content.byteLength, 0);
}

function checkPath(name: string): void {
  const segments = name.split('/');
  if (name.length > MAX_NAME || segments.length > MAX_SEGMENTS) {
    throw badName(name, 'the name is too long');
  }
  if (!segments.every(isPlainName)) {
    throw badName(name, `is no plain file name: it may have ${PLAIN_NAME_RULE}`);
  }
}

function parentsOf(name: string): readonly string[] {
  const segments = name.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

function badName(name: string, message: string): JudgeError {
  return new JudgeError('bad-source', `${printable(name)}: ${message}`);
}
