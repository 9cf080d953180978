import { sql, type Kysely } from 'kysely';
import type { Blobs } from '../blobs/blobs.js';
import { referencedBlobs } from '../database/blob-references.js';
import { openDatabase } from '../database/database.js';
import { appliedMigrations } from '../database/migrate.js';
import type { Database } from '../database/schema.js';
import { ArchiveWriter } from './archive-writer.js';
import { FORMAT, VERSION, type TableManifest } from './manifest.js';
import { readSequences, readTables, type TableShape } from './tables.js';

export interface BackupOptions {
  readonly databaseUrl: string;
  readonly blobs: Blobs;
  /** Must not be there. */
  readonly file: string;
  /** Version of the program. */
  readonly minos: string;
  readonly onStep?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface BackupSummary {
  readonly rows: number;
  readonly blobs: number;
}

/** Sources are in rows: a page stays in the tens of megabytes. */
const PAGE_ROWS = 200;

/**
 * Writes one consistent state of the database, and the stored files that it refers to. The service
 * may run meanwhile: it is one snapshot, and stored files never change.
 */
export async function backUp(options: BackupOptions): Promise<BackupSummary> {
  const { databaseUrl, file } = options;
  const db = openDatabase({
    url: databaseUrl,
    max: 1,
    name: 'minos backup',
    statementTimeoutMs: 0,
  });
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
        return ArchiveWriter.write(file, (archive) => fill(archive, tx, options));
      });
  } finally {
    await db.destroy();
  }
}

async function fill(
  archive: ArchiveWriter,
  tx: Kysely<Database>,
  { blobs, minos, onStep, signal }: BackupOptions,
): Promise<BackupSummary> {
  const createdAt = await now(tx);
  const tables: TableManifest[] = [];
  for (const table of await readTables(tx)) {
    onStep?.(`writing ${table.name}`);
    const rows = await writeTable(archive, tx, table, signal);
    tables.push({ name: table.name, columns: table.columns.map(({ name }) => name), rows });
  }
  const hashes = await referencedBlobs(tx);
  for (const [index, { sha256, bytes }] of hashes.entries()) {
    signal?.throwIfAborted();
    onStep?.(`writing stored file ${index + 1} of ${hashes.length}`);
    await archive.addStream({ name: `blobs/${sha256}`, bytes, sha256 }, blobs.get(sha256));
  }
  await archive.finish({
    format: FORMAT,
    version: VERSION,
    minos,
    createdAt,
    migrations: await appliedMigrations(tx),
    tables,
    sequences: await readSequences(tx),
  });
  return { rows: tables.reduce((sum, { rows }) => sum + rows, 0), blobs: hashes.length };
}

async function writeTable(
  archive: ArchiveWriter,
  tx: Kysely<Database>,
  { name, columns }: TableShape,
  signal: AbortSignal | undefined,
): Promise<number> {
  // As texts, in which every type of PostgreSQL comes back as it was.
  const texts = columns.map((column) => sql`${sql.ref(column.name)}::text`);
  await sql`declare page no scroll cursor for
    select json_build_array(${sql.join(texts)})::text as row from ${sql.table(name)}`.execute(tx);
  let rows = 0;
  for (let page = 1; ; page += 1) {
    signal?.throwIfAborted();
    const fetched = await sql<{ row: string }>`fetch ${sql.lit(PAGE_ROWS)} from page`.execute(tx);
    if (fetched.rows.length === 0) break;
    const text = `[${fetched.rows.map(({ row }) => row).join(',\n')}]\n`;
    await archive.add(`tables/${name}/${page}.json`, Buffer.from(text));
    rows += fetched.rows.length;
  }
  await sql`close page`.execute(tx);
  return rows;
}

async function now(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(db);
  return (rows[0]?.now ?? new Date(0)).toISOString();
}
