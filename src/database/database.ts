import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types, type ClientConfig } from 'pg';
import { DeadlineClient } from './deadline-client.js';
import type { Database } from './schema.js';

export interface DatabaseOptions {
  /** In the form of DATABASE_URL; a socket is `postgresql://role@localhost/name?host=/directory`. */
  readonly url: string;
  /** Connections at most. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
  /** 0: none, for migrations and backups. */
  readonly statementTimeoutMs?: number;
  /** For a lock that somebody else holds. */
  readonly lockTimeoutMs?: number;
  /** For a connection: a new one, or one of the pool that is free. */
  readonly connectTimeoutMs?: number;
  /** Told of connections that break while nobody uses them. */
  readonly onConnectionError?: (error: Error) => void;
}

const DEFAULT_MAX = 10;
const STATEMENT_TIMEOUT_MS = 30_000;
/** The server's own deadlines come first: ours is for a server that is not there any more. */
const ANSWER_MARGIN_MS = 5000;
const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 20_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;
/** Nothing that a server keeps for a connection grows for ever. */
const CONNECTION_LIFE_S = 3600;

/**
 * The database with its pool of connections: every wait has a deadline, and a connection that breaks
 * is an error of whoever uses it, never of the process. `destroy()` closes it.
 */
export function openDatabase(options: DatabaseOptions): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: openPool(options) }) });
}

function openPool(options: DatabaseOptions): Pool {
  const onError = options.onConnectionError ?? (() => undefined);
  const pool = new Pool({
    ...connectionConfig(options),
    Client: DeadlineClient,
    max: options.max ?? DEFAULT_MAX,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    maxLifetimeSeconds: CONNECTION_LIFE_S,
  });
  pool.on('error', onError);
  // In use but between two queries, as within a transaction: the next query says that it broke.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** What every connection of ours has in common. */
export function connectionConfig(options: DatabaseOptions): ClientConfig {
  const { url, name, statementTimeoutMs: statementMs = STATEMENT_TIMEOUT_MS } = options;
  return {
    connectionString: url,
    application_name: name ?? 'minos',
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    ...(statementMs === 0
      ? {}
      : {
          statement_timeout: statementMs,
          query_timeout: statementMs + ANSWER_MARGIN_MS,
          lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
        }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: { getTypeParser: parserOf },
  };
}

type GetTypeParser = typeof types.getTypeParser;
type TypeId = Parameters<GetTypeParser>[0];

/** Counters and sizes stay below 2^53: numbers, where pg gives texts. */
const parserOf = ((id: TypeId, format: 'text') =>
  id === types.builtins.INT8
    ? Number
    : (types.getTypeParser(id, format) as unknown)) as GetTypeParser;
