import { renewAdministratorSecret } from '../../accounts/administrator.js';
import { openDatabase } from '../../database/database.js';
import { migrateDatabase } from '../../database/migrate.js';
import { JudgeError } from '../../errors.js';
import type { CliContext } from '../context.js';
import { readRunningNote } from '../service/running-note.js';
import { SCHEMA_INSTALLERS } from '../service/schema-installers.js';
import { openServiceDatabase } from '../service/service-database.js';
import { secretLines } from '../service/welcome.js';

/** Makes a new one-time secret for an administrator who has lost every token. */
export async function makeAdministratorSecret(
  accountName: string | undefined,
  context: CliContext,
): Promise<number> {
  const database = await openServiceDatabase(context, { alone: false });
  try {
    await migrateDatabase(database.url, SCHEMA_INSTALLERS);
    const db = openDatabase({ url: database.url, max: 1, name: 'minos admin-secret' });
    const secret = await renewAdministratorSecret(db, accountName).finally(() => db.destroy());
    if (secret === undefined) {
      throw new JudgeError('not-found', `no enabled administrator is called ${accountName ?? ''}`);
    }
    const note = await readRunningNote(context.config.dataDirectory);
    context.progress.end();
    context.progress.print(`A one-time secret for ${secret.accountName}; earlier ones are void:`);
    for (const line of secretLines(secret, note?.url)) context.progress.print(line);
    return 0;
  } finally {
    await database.release();
  }
}
