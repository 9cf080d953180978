import { join, resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { openBlobs } from '../../blobs/open-blobs.js';
import { Listener } from '../../database/listener.js';
import type { Database } from '../../database/schema.js';
import { loadExampleProblems } from '../../problems/load-example-problems.js';
import { PgBossQueue } from '../../queue/pg-boss-queue.js';
import { ROOT, type CliContext } from '../context.js';

const EXAMPLES = resolve(ROOT, 'problems');

/** Gives a new installation something to submit to; later starts find that it is there. */
export async function loadExamples(
  db: Kysely<Database>,
  databaseUrl: string,
  accountName: string,
  { config, languages, environment, progress }: CliContext,
): Promise<void> {
  progress.step('loading the example problems');
  const { id: accountId } = await db
    .selectFrom('accounts')
    .select('id')
    .where('name', '=', accountName)
    .executeTakeFirstOrThrow();
  const loaded = await loadExampleProblems({
    db,
    // It only enqueues, and never listens.
    queue: new PgBossQueue(db, new Listener({ url: databaseUrl })),
    blobs: await openBlobs(config.blobs, environment),
    directory: join(config.dataDirectory, 'uploads'),
    context: { languages, defaultLimits: config.limits },
    examples: EXAMPLES,
    accountId,
  });
  if (loaded.length > 0) progress.note(`example problems: ${loaded.join(', ')}`);
}
