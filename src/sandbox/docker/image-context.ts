import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/**
 * What an image is built from: names, contents and executable bits, and nothing that differs between
 * two checkouts of the same commit (times, owners, other mode bits, order in the directory).
 */
export interface ContextFile {
  /** Path inside the context, with `/`. */
  readonly name: string;
  readonly executable: boolean;
  readonly content: Buffer;
}

/** Reads a directory into a context. `wanted` is asked about every file and directory by name. */
export async function readContext(
  directory: string,
  prefix = '',
  wanted: (name: string) => boolean = () => true,
): Promise<readonly ContextFile[]> {
  const files: ContextFile[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const name = prefix + entry.name;
    const path = join(directory, entry.name);
    if (!wanted(name)) continue;
    if (entry.isDirectory()) {
      files.push(...(await readContext(path, `${name}/`, wanted)));
    } else if (entry.isFile()) {
      const { mode } = await stat(path);
      files.push({ name, executable: (mode & 0o100) !== 0, content: await readFile(path) });
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** SHA-256 of the files and of further strings that decide what is built; 16 hexadecimal digits. */
export function contextHash(files: readonly ContextFile[], ...identities: string[]): string {
  const hash = createHash('sha256');
  for (const identity of identities) hash.update(`identity ${identity.length}\n${identity}\n`);
  for (const { name, executable, content } of files) {
    hash.update(`file ${executable ? 'x' : '-'} ${content.byteLength} ${name}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The context as a tar archive, the same bytes each time. */
export async function packContext(files: readonly ContextFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, executable, content } of files) {
    archive.entry({ name, mode: executable ? 0o755 : 0o644, mtime: new Date(0) }, content);
  }
  archive.finalize();
  return await buffer(archive);
}
