import { sql, type Kysely, type Transaction } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { JudgeError } from '../errors.js';
import { openDatabase } from './database.js';
import { databaseFailure } from './database-failure.js';
import * as service from './migrations/0001-service.js';
import type { Database } from './schema.js';

/** Every migration, in the order of their names. They are listed, not looked for: the build is flat. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-service': service,
};

/** Installs or updates what others keep in the same database, such as the queue's own tables. */
export type SchemaInstaller = (url: string, db: Kysely<Database>) => Promise<void>;

const LOCK_KEY = 5_206_811_304;
const OLDEST_SERVER = 150_000;

/**
 * Brings the database to this version of the program. Of several processes that start at once one
 * does it, and the others wait.
 * @returns the migrations that were applied.
 * @throws JudgeError `database-unavailable` when the database is newer than the program, or too old.
 */
export async function migrateDatabase(
  url: string,
  installers: readonly SchemaInstaller[] = [],
): Promise<readonly string[]> {
  const db = openDatabase({ url, max: 4, name: 'minos migrations', statementTimeoutMs: 0 });
  try {
    return await db.connection().execute(async (connection) => {
      await checkServer(connection);
      await sql`select pg_advisory_lock(${sql.lit(LOCK_KEY)})`.execute(connection);
      try {
        const applied = await applyMigrations(db);
        for (const install of installers) await install(url, db);
        return applied;
      } finally {
        await sql`select pg_advisory_unlock(${sql.lit(LOCK_KEY)})`.execute(connection);
      }
    });
  } catch (error) {
    throw databaseFailure(error) === 'unavailable' ? unavailable(error) : error;
  } finally {
    await db.destroy();
  }
}

/** Is everything applied that this program knows? What readiness asks, cheaply. */
export async function isMigrated(db: Kysely<Database>): Promise<boolean> {
  const table = await sql<{ name: string | null }>`
    select to_regclass('kysely_migration')::text as name`.execute(db);
  if (typeof table.rows[0]?.name !== 'string') return false;
  const names = Object.keys(MIGRATIONS);
  const { rows } = await sql`
    select from kysely_migration where name in (${sql.join(names)})`.execute(db);
  return rows.length === names.length;
}

async function checkServer(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ number: number; text: string }>`
    select current_setting('server_version_num')::integer as number,
      current_setting('server_version') as text`.execute(db);
  const [version] = rows;
  if (version === undefined || version.number >= OLDEST_SERVER) return;
  throw new JudgeError(
    'database-unavailable',
    `the database is PostgreSQL ${version.text}: version 15 or newer is needed`,
  );
}

/** Names of what was applied, in order. */
export async function appliedMigrations(db: Kysely<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Within a transaction of the caller. @param target undefined: the last. */
export async function migrateWithin(
  tx: Transaction<Database>,
  target: string | undefined,
): Promise<void> {
  await applyMigrations(tx, target);
}

async function applyMigrations(db: Kysely<Database>, target?: string): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
  });
  const { error, results } =
    target === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(target);
  if (error === undefined) return (results ?? []).map(({ migrationName }) => migrationName);
  if (!(error instanceof Error)) throw new Error('a migration failed', { cause: error });
  const newer = /previously executed migration (\S+) is missing/.exec(error.message);
  if (newer !== null) {
    throw new JudgeError(
      'database-unavailable',
      `the database is of a newer Minos: this one does not know its migration ${newer[1] ?? ''}`,
      { cause: error, details: ['Run that version, or restore a backup of this one.'] },
    );
  }
  throw error;
}

/** A database that does not answer, in one clear line. It never holds the address: that may hold a password. */
export function unavailable(error: unknown): JudgeError {
  const [cause = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const why = cause instanceof Error ? cause.message : String(cause);
  return new JudgeError('database-unavailable', `the database does not answer: ${why}`, {
    cause: error,
  });
}
