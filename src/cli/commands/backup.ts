import { resolve } from 'node:path';
import { backUp } from '../../backup/backup.js';
import { restore } from '../../backup/restore.js';
import { openBlobs } from '../../blobs/open-blobs.js';
import { Listener } from '../../database/listener.js';
import { migrateDatabase } from '../../database/migrate.js';
import { PgBossQueue } from '../../queue/pg-boss-queue.js';
import type { CliContext } from '../context.js';
import { SCHEMA_INSTALLERS } from '../service/schema-installers.js';
import { openServiceDatabase } from '../service/service-database.js';

/** Writes database and stored files into one archive; the service may run meanwhile. */
export async function makeBackup(
  file: string,
  minos: string,
  context: CliContext,
): Promise<number> {
  const { config, environment, progress, signal } = context;
  const database = await openServiceDatabase(context, { alone: false });
  try {
    await migrateDatabase(database.url, SCHEMA_INSTALLERS);
    progress.step('writing the backup');
    const { rows, blobs } = await backUp({
      databaseUrl: database.url,
      blobs: await openBlobs(config.blobs, environment),
      file: resolve(file),
      minos,
      onStep: (text) => progress.detail(text),
      signal,
    });
    progress.end();
    progress.print(`${file}: ${rows} rows and ${blobs} stored files`);
    return 0;
  } finally {
    await database.release();
  }
}

export interface RestoreCommandOptions {
  readonly force: boolean;
}

/** Reads an archive of `makeBackup` into an empty database. */
export async function restoreBackup(
  file: string,
  { force }: RestoreCommandOptions,
  context: CliContext,
): Promise<number> {
  const { config, environment, progress, signal } = context;
  const database = await openServiceDatabase(context, { alone: true });
  try {
    progress.step('restoring the backup');
    const { rows, blobs, queuedAnew, createdAt } = await restore({
      databaseUrl: database.url,
      blobs: await openBlobs(config.blobs, environment),
      file: resolve(file),
      force,
      openQueue: (db) => new PgBossQueue(db, new Listener({ url: database.url })),
      onStep: (text) => progress.detail(text),
      signal,
    });
    progress.end();
    progress.print(`restored the state of ${createdAt}: ${rows} rows and ${blobs} stored files`);
    progress.print(`${queuedAnew} jobs that were not finished are queued anew`);
    return 0;
  } finally {
    await database.release();
  }
}
