import { ArchiveEntries, type ArchiveLimits } from './archive-entries.js';
import { Unpacker } from './archive-unpacker.js';
import { unpackTarGz } from './tar-archive.js';
import { unpackZip } from './zip-archive.js';

export interface UnpackOrder {
  readonly archive: string;
  readonly kind: 'zip' | 'tar.gz';
  /** Empty, and ours. */
  readonly directory: string;
  readonly limits: ArchiveLimits;
}

/** Runs in a thread of its own (worker-thread.ts). */
export async function work({ archive, kind, directory, limits }: UnpackOrder): Promise<void> {
  const entries = new ArchiveEntries(limits);
  const unpacker = new Unpacker(directory, entries);
  if (kind === 'zip') await unpackZip(archive, entries, unpacker);
  else await unpackTarGz(archive, entries, unpacker);
  await unpacker.links();
}
