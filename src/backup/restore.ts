import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely, type Transaction } from 'kysely';
import { readBlobHash } from './blob-hash.js';
import type { Blobs } from '../blobs/blobs.js';
import { openDatabase } from '../database/database.js';
import { migrateDatabase, migrateWithin, MIGRATIONS } from '../database/migrate.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { installQueue } from '../queue/install-queue.js';
import type { Queue } from '../queue/queue.js';
import { collect, readArchive, verifyArchive } from './archive-reader.js';
import { badBackup, BLOB_ENTRY, TABLE_ENTRY, type Manifest } from './manifest.js';
import { queueAnew } from './queue-anew.js';
import { isEmpty, readTables, setSequence, withoutForeignKeys, type TableShape } from './tables.js';

export interface RestoreOptions {
  readonly databaseUrl: string;
  readonly blobs: Blobs;
  readonly file: string;
  /** Replaces what the database has. */
  readonly force: boolean;
  readonly openQueue: (db: Kysely<Database>) => Queue;
  readonly onStep?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface RestoreSummary {
  readonly rows: number;
  readonly blobs: number;
  /** Jobs that waited or were being worked on when the backup was made. */
  readonly queuedAnew: number;
  readonly createdAt: string;
}

/**
 * Reads a backup into a database. Everything in the archive is verified before anything is changed,
 * and then it is one transaction: the database has all of it, or is as it was.
 * @throws JudgeError `bad-backup`, or `conflict` when the database has something in it or is in use.
 */
export async function restore(options: RestoreOptions): Promise<RestoreSummary> {
  const { databaseUrl, file, onStep } = options;
  onStep?.('verifying the backup');
  const manifest = await verifyArchive(file);
  checkMigrations(manifest);
  const db = openDatabase({ url: databaseUrl, max: 2, name: NAME, statementTimeoutMs: 0 });
  try {
    await proveUnused(db);
    if (!options.force) await proveEmpty(db);
    await migrateDatabase(databaseUrl, [installQueue]);
    const queue = options.openQueue(db);
    try {
      return await db.transaction().execute((tx) => replaceAll(tx, manifest, queue, options));
    } finally {
      await queue.close();
    }
  } finally {
    await db.destroy();
  }
}

const NAME = 'minos restore';
/** The server takes a moment to see that a process ended. */
const LEAVING_MS = 3000;
const LOOK_EVERY_MS = 200;

async function replaceAll(
  tx: Transaction<Database>,
  manifest: Manifest,
  queue: Queue,
  { file, blobs, onStep, signal }: RestoreOptions,
): Promise<RestoreSummary> {
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  await dropAll(tx);
  // As they were when the backup was made; then on to what they are today.
  await migrateWithin(tx, manifest.migrations.at(-1));
  const tables = new Map((await readTables(tx)).map((table) => [table.name, table]));
  const counts = { rows: 0, blobs: 0 };
  await withoutForeignKeys(tx, () =>
    readArchive(file, async (name, content) => {
      signal?.throwIfAborted();
      onStep?.(`reading ${name}`);
      const sha256 = BLOB_ENTRY.exec(name)?.[1];
      if (sha256 !== undefined) {
        await readBlobHash(blobs, sha256, content);
        counts.blobs += 1;
        return;
      }
      const table = tables.get(TABLE_ENTRY.exec(name)?.[1] ?? '');
      if (table === undefined) throw badBackup(`there is no table for ${name}`);
      const columns = manifest.tables.find((one) => one.name === table.name)?.columns ?? [];
      counts.rows += await insertRows(tx, table, columns, (await collect(content)).toString());
    }),
  );
  for (const sequence of manifest.sequences) await setSequence(tx, sequence);
  await migrateWithin(tx, undefined);
  const queuedAnew = await queueAnew(tx, queue);
  return { ...counts, queuedAnew, createdAt: manifest.createdAt };
}

/** @param texts an array of rows, each an array of texts in the order of `names`. */
async function insertRows(
  tx: Transaction<Database>,
  { name, columns }: TableShape,
  names: readonly string[],
  texts: string,
): Promise<number> {
  const values = names.map((column, index) => {
    const type = columns.find((one) => one.name === column)?.type;
    if (type === undefined) throw badBackup(`there is no column ${column} in ${name}`);
    return sql`(row ->> ${sql.lit(index)})::${sql.raw(type)}`;
  });
  const { numAffectedRows } = await sql`
    insert into ${sql.table(name)} (${sql.join(names.map((column) => sql.ref(column)))})
    overriding system value
    select ${sql.join(values)} from json_array_elements(${texts}::json) as row`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** What migrations make: tables and functions; what extensions brought is theirs. */
async function dropAll(tx: Transaction<Database>): Promise<void> {
  const { rows } = await sql<{ what: string }>`
    select 'table ' || oid::regclass as what from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r'
    union all
    select 'routine ' || oid::regprocedure from pg_proc
    where pronamespace = current_schema()::regnamespace and not exists (
      select from pg_depend where objid = pg_proc.oid and deptype = 'e')`.execute(tx);
  for (const { what } of rows) await sql`drop ${sql.raw(what)} cascade`.execute(tx);
}

function checkMigrations({ migrations, minos }: Manifest): void {
  const known = Object.keys(MIGRATIONS);
  const unknown = migrations.find((name, index) => known[index] !== name);
  if (unknown === undefined && migrations.length > 0) return;
  throw new JudgeError(
    'bad-backup',
    `the backup was made by Minos ${minos}, whose tables this one does not know (${unknown ?? 'none'})`,
  );
}

async function proveEmpty(db: Kysely<Database>): Promise<void> {
  if (await isEmpty(db, await readTables(db))) return;
  throw new JudgeError('conflict', 'the database has something in it', {
    details: ['--force replaces all of it by the backup. Nothing was changed.'],
  });
}

/** Whoever works on rows that are replaced would mix two histories. */
async function proveUnused(db: Kysely<Database>): Promise<void> {
  const giveUpAt = Date.now() + LEAVING_MS;
  for (;;) {
    const names = await usersOf(db);
    if (names.length === 0) return;
    if (Date.now() > giveUpAt) {
      throw new JudgeError('conflict', 'the database is in use by Minos itself', {
        details: [`Stop every process that uses it (${names.join(', ')}). Nothing was changed.`],
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function usersOf(db: Kysely<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name like 'minos%'
      and application_name <> ${NAME} and pid <> pg_backend_pid()`.execute(db);
  return rows.map(({ name }) => name);
}
