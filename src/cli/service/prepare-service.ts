import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inviteFirstAdministrator, type FirstAdministrator } from '../../accounts/administrator.js';
import { openDatabase } from '../../database/database.js';
import { migrateDatabase } from '../../database/migrate.js';
import type { CliContext } from '../context.js';
import { loadExamples } from './example-problems.js';
import { SCHEMA_INSTALLERS } from './schema-installers.js';

/** Everything that has to be there before the first process of the service starts. */
export async function prepareService(
  databaseUrl: string,
  role: 'all' | 'api' | 'worker',
  context: CliContext,
): Promise<FirstAdministrator | undefined> {
  const { config, progress } = context;
  progress.step('bringing the database up to date');
  const applied = await migrateDatabase(databaseUrl, SCHEMA_INSTALLERS);
  if (applied.length > 0) progress.note(`the database is at ${applied.at(-1) ?? ''}`);
  // A worker needs nobody to sign in.
  if (role === 'worker') return undefined;
  const db = openDatabase({ url: databaseUrl, max: 2, name: 'minos start' });
  try {
    const file = administratorFile(config.dataDirectory);
    const administrator = await inviteFirstAdministrator(db, ({ secret }) =>
      writeSecret(file, secret),
    );
    // Used up, it is of no use to anybody.
    if (administrator.kind === 'present') await rm(file, { force: true });
    if (role === 'all') await loadExamples(db, databaseUrl, administrator.accountName, context);
    return administrator;
  } finally {
    await db.destroy();
  }
}

/** Holds the one-time secret of the first administrator, for its owner only. */
export function administratorFile(dataDirectory: string): string {
  return join(dataDirectory, 'first-administrator');
}

/** Whatever mode an older file of the name has. */
export async function writeSecret(file: string, secret: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, `${secret}\n`, { mode: 0o600 });
  await rename(unfinished, file);
}
