import { mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveEntries } from './archive-entries.js';

/** Writes what an archive holds into an empty directory of our own. Paths come checked. */
export class Unpacker {
  readonly #directory: string;
  readonly #entries: ArchiveEntries;

  constructor(directory: string, entries: ArchiveEntries) {
    this.#directory = directory;
    this.#entries = entries;
  }

  async directory(path: string): Promise<void> {
    await mkdir(join(this.#directory, path), { recursive: true });
  }

  async file(path: string, executable: boolean, content: AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(this.#directory, path);
    await mkdir(dirname(target), { recursive: true });
    // `wx` never writes to what is there, nor through a link.
    const file = await open(target, 'wx', executable ? 0o755 : 0o644);
    try {
      for await (const chunk of content) {
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  }

  /** Last of all, so that nothing is written through one; where they lead has been checked. */
  async links(): Promise<void> {
    this.#entries.checkLinks();
    for (const [path, target] of this.#entries.links) {
      const link = join(this.#directory, path);
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link);
    }
  }
}
