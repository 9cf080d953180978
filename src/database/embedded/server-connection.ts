import { Client, DatabaseError } from 'pg';
import { ROLE } from './server-files.js';

/** Where everything of ours is. */
export const DATABASE = 'minos';
/** Every server has it. */
const SERVER = 'postgres';
const CONNECT_DEADLINE_MS = 10_000;
/** SQLSTATE cannot_connect_now: it starts, or recovers. */
const STARTING = '57P03';

/** In the form of DATABASE_URL. */
export function databaseUrl(socketDirectory: string, database = DATABASE): string {
  return `postgresql://${ROLE}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}`;
}

export type Answer = 'ready' | 'starting' | 'silent';

/** Does the server answer, for this database? */
export async function answerOf(socketDirectory: string, database = SERVER): Promise<Answer> {
  const client = connectTo(socketDirectory, database);
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    return error instanceof DatabaseError && error.code === STARTING ? 'starting' : 'silent';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A crash between making the data and the database is made good. */
export async function provideDatabase(socketDirectory: string): Promise<void> {
  const client = connectTo(socketDirectory, SERVER);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function connectTo(socketDirectory: string, database: string): Client {
  const client = new Client({
    connectionString: databaseUrl(socketDirectory, database),
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
  });
  client.on('error', () => undefined);
  return client;
}
