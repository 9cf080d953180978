import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { JudgeError } from '../errors.js';
import { ARCHIVE_LIMITS } from './archive-entries.js';
import { unpackArchive } from './archive.js';
import type { ProblemPackage } from './problem-package.js';
import { readPackage, type PackageContext } from './read-package.js';

/** An archive as it came, and what was read in it. Nothing is left of it when it is disposed. */
export interface PackageUpload extends AsyncDisposable {
  /** The name of the one directory in the archive; undefined when there was none. */
  readonly directoryName: string | undefined;
  readonly problemPackage: ProblemPackage;
  archive(): AsyncIterable<Uint8Array>;
}

export interface ReceiveOptions {
  /** Of our own; uploads lie in directories below it. */
  readonly directory: string;
  readonly context: PackageContext;
  readonly mostBytes?: number;
}

/** The name that the reader gives a package whose archive has no directory to name it. */
const NAMELESS = 'package';
/** No archive ends like that, and no plain name begins like that. */
const ARCHIVE = '.archive';
/** An upload takes less; what is older was left by a process that died. */
const STALE_MS = 60 * 60 * 1000;

/**
 * Writes an archive to a temporary file, unpacks it under all caps and reads the package.
 * @throws JudgeError `payload-too-large`, or `bad-package` with what is wrong, where, and what to do;
 *   whatever the content throws. Nothing is left then.
 */
export async function receivePackage(
  content: AsyncIterable<Uint8Array>,
  { directory, context, mostBytes = ARCHIVE_LIMITS.archiveBytes }: ReceiveOptions,
): Promise<PackageUpload> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await removeStale(directory);
  const own = await mkdtemp(join(directory, 'upload-'));
  const dispose = () => rm(own, { recursive: true, force: true });
  try {
    const archive = join(own, ARCHIVE);
    await pipeline(capped(content, mostBytes), createWriteStream(archive, { mode: 0o600 })).catch(
      notWritten,
    );
    const problemPackage = await read(archive, own, context);
    const { id } = problemPackage.problem;
    return {
      directoryName: id === NAMELESS ? undefined : id,
      problemPackage,
      archive: () => createReadStream(archive) as AsyncIterable<Buffer>,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function read(
  archive: string,
  directory: string,
  context: PackageContext,
): Promise<ProblemPackage> {
  try {
    return await readPackage(await unpackArchive(archive, directory), context);
  } catch (error) {
    throw withAdvice(error);
  }
}

const DISK_FAULTS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES'];

/** A disk that is full is no fault of the package. Everything else is passed on. */
function notWritten(error: unknown): never {
  if (!DISK_FAULTS.includes((error as NodeJS.ErrnoException).code)) throw error;
  throw new JudgeError('data-directory', 'the upload cannot be written', { cause: error });
}

/** The readers put paths of this machine in front of what they say of the package; those stay here. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof JudgeError) || error.code !== 'bad-package') return error;
  const inner = error.cause instanceof JudgeError ? error.cause : error;
  const [where = '', ...rest] = inner.message.split(': ');
  const isPlace = rest.length > 0 && where !== '.' && !where.startsWith('/');
  const what = rest.length === 0 ? inner.message : rest.join(': ');
  const message = `${isPlace ? where : 'archive'}: ${what}`;
  const advice = isPlace
    ? `correct ${where} and upload the package again`
    : 'pack the problem again, as a zip or tar.gz of its one directory, and upload it';
  return new JudgeError('bad-package', message, {
    cause: error,
    details: [`${message}; ${advice}`],
  });
}

async function* capped(
  content: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) {
      throw new JudgeError(
        'payload-too-large',
        `the archive is larger than ${mostBytes / 2 ** 20} MiB`,
      );
    }
    yield chunk;
  }
}

async function removeStale(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
