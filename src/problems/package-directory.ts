import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isArchiveName, unpackArchive } from './archive.js';

/** Of unpacked archives, so many are kept for the next time. */
const KEPT = 16;
/** Some other process may be judging with what was used a moment ago. */
const IN_USE_MS = 24 * 60 * 60 * 1000;

/**
 * The directory of a package: its own, or that of its unpacked archive below `store`, by the hash of
 * the archive, so that the same archive is unpacked once.
 * @throws JudgeError `bad-package` for an archive that cannot be unpacked, or should not be.
 */
export async function packageDirectory(path: string, store: string): Promise<string> {
  if (!isArchiveName(path) || !(await isFile(path))) return path;
  const sha256 = await sha256Of(path);
  return (await unpackedPackage(sha256, store)) ?? (await unpackPackage(sha256, path, store));
}

/** The directory of a package that is unpacked already, by the hash of its archive. */
export async function unpackedPackage(sha256: string, store: string): Promise<string | undefined> {
  return await unpackedIn(join(store, sha256));
}

/** Unpacks the archive, which has this hash, unless somebody else does so meanwhile. */
export async function unpackPackage(
  sha256: string,
  archive: string,
  store: string,
): Promise<string> {
  return await unpack(archive, store, join(store, sha256));
}

/** Of an unpacked package that is not what it was. */
export async function forgetPackage(sha256: string, store: string): Promise<void> {
  await rm(join(store, sha256), { recursive: true, force: true });
}

async function unpack(archive: string, store: string, home: string): Promise<string> {
  await mkdir(store, { recursive: true });
  await forgetOldest(store);
  const root = await unpackArchive(archive, store);
  const holder = dirname(root);
  try {
    await rename(holder, home);
  } catch (error) {
    await rm(holder, { recursive: true, force: true });
    // Somebody else has unpacked the same archive meanwhile.
    const theirs = await unpackedIn(home);
    if (theirs === undefined) throw error;
    return theirs;
  }
  return join(home, basename(root));
}

async function unpackedIn(home: string): Promise<string | undefined> {
  const [name] = await readdir(home).catch(() => []);
  if (name === undefined) return undefined;
  const now = new Date();
  await utimes(home, now, now);
  return join(home, name);
}

async function forgetOldest(store: string): Promise<void> {
  const homes = await Promise.all(
    (await readdir(store)).map(async (name) => {
      const path = join(store, name);
      return { path, usedMs: (await stat(path)).mtimeMs };
    }),
  );
  const beyond = homes.toSorted((a, b) => b.usedMs - a.usedMs).slice(KEPT - 1);
  for (const { path, usedMs } of beyond) {
    if (Date.now() - usedMs > IN_USE_MS) await rm(path, { recursive: true, force: true });
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
