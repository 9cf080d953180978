import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from '../database/schema.js';
import type { SequenceManifest } from './manifest.js';

/** A table of the service, as the database itself describes it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
}

export interface ColumnShape {
  readonly name: string;
  /** As it is written in a cast. */
  readonly type: string;
}

/** kysely's own, which the migrations write. */
const NOT_OURS = ['kysely_migration', 'kysely_migration_lock'];

/** In the order of their names; generated columns are left out. */
export async function readTables(db: Kysely<Database>): Promise<readonly TableShape[]> {
  const { rows } = await sql<{ table: string; column: string; type: string }>`
    select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and a.attgenerated = '' and c.relname not in (${sql.join(NOT_OURS)})
    order by c.relname, a.attnum`.execute(db);
  const tables = new Map<string, ColumnShape[]>();
  for (const { table, column, type } of rows) {
    const columns = tables.get(table) ?? [];
    columns.push({ name: column, type });
    tables.set(table, columns);
  }
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

export async function isEmpty(
  db: Kysely<Database>,
  tables: readonly TableShape[],
): Promise<boolean> {
  for (const { name } of tables) {
    const { rows } = await sql<{ any: boolean }>`
      select exists (select from ${sql.table(name)}) as any`.execute(db);
    if (rows[0]?.any === true) return false;
  }
  return true;
}

/** The counters of identity columns. */
export async function readSequences(db: Kysely<Database>): Promise<readonly SequenceManifest[]> {
  const { rows } = await sql<{ table: string; column: string; lastValue: string }>`
    select c.relname as "table", a.attname as "column", s.last_value::text as "lastValue"
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attidentity <> ''
    join pg_sequences s on format('%I.%I', s.schemaname, s.sequencename)::regclass
      = pg_get_serial_sequence(format('%I', c.relname), a.attname)::regclass
    where c.relnamespace = current_schema()::regnamespace and s.last_value is not null
    order by 1, 2`.execute(db);
  return rows;
}

/** A reset counter would give an id twice. */
export async function setSequence(
  tx: Transaction<Database>,
  { table, column, lastValue }: SequenceManifest,
): Promise<void> {
  await sql`select setval(pg_get_serial_sequence(format('%I', ${table}::text), ${column}),
    ${lastValue}::bigint)`.execute(tx);
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/**
 * Rows come in no order that foreign keys would like, and some point in a circle. The keys are made
 * again afterwards, which checks every row.
 */
export async function withoutForeignKeys(
  tx: Transaction<Database>,
  work: () => Promise<void>,
): Promise<void> {
  const { rows: keys } = await sql<ForeignKey>`
    select conrelid::regclass::text as "table", conname as name,
      pg_get_constraintdef(oid) as definition
    from pg_constraint
    where contype = 'f' and connamespace = current_schema()::regnamespace`.execute(tx);
  for (const { table, name } of keys) {
    await sql`alter table ${sql.raw(table)} drop constraint ${sql.ref(name)}`.execute(tx);
  }
  await work();
  for (const { table, name, definition } of keys) {
    await sql`alter table ${sql.raw(table)} add constraint ${sql.ref(name)}
      ${sql.raw(definition)}`.execute(tx);
  }
}
