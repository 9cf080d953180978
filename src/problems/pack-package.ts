import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { pack, type Header, type Pack } from 'tar-stream';

const EPOCH = new Date(0);

/**
 * Packs a directory into a tar.gz. The same files give the same bytes: in order of their paths, without
 * owners and times.
 */
export function packPackage(directory: string): AsyncIterable<Uint8Array> {
  const archive = pack();
  addAll(archive, directory, basename(directory)).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  const packed = createGzip();
  // What goes wrong ends the packed stream, whose reader hears of it.
  pipeline(Readable.from(archive as AsyncIterable<Buffer>), packed, () => undefined);
  return packed;
}

async function addAll(archive: Pack, directory: string, path: string): Promise<void> {
  const names = (await readdir(directory)).sort();
  for (const name of names) {
    const file = join(directory, name);
    const stats = await lstat(file);
    const header = { name: `${path}/${name}`, mtime: EPOCH, uid: 0, gid: 0 };
    if (stats.isDirectory()) await addAll(archive, file, header.name);
    else if (stats.isSymbolicLink()) {
      archive.entry({ ...header, type: 'symlink', linkname: await readlink(file) });
    } else if (stats.isFile()) {
      const mode = (stats.mode & 0o111) === 0 ? 0o644 : 0o755;
      await addFile(archive, { ...header, mode, size: stats.size }, file);
    }
  }
}

async function addFile(
  archive: Pack,
  header: Pick<Header, 'name' | 'size' | 'mode' | 'mtime' | 'uid' | 'gid'>,
  file: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const entry = archive.entry(header, (error) => (error ? reject(error) : resolve()));
    createReadStream(file).on('error', reject).pipe(entry);
  });
}
