import { createHash } from 'node:crypto';
import { fileSource } from './file-source.js';
import type { PackageFile } from './package-tree.js';

/** SHA-256 of files, each read once however many links lead to it. */
export class ContentDigests {
  readonly #known = new Map<string, Promise<string>>();

  of(file: PackageFile): Promise<string> {
    const key = `${file.device}:${file.inode}`;
    const known = this.#known.get(key) ?? digest(file);
    this.#known.set(key, known);
    return known;
  }
}

async function digest(file: PackageFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileSource(file).read()) hash.update(chunk);
  return hash.digest('hex');
}

/** One digest for a list of values; equal only for equal lists. */
export function digestOf(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
