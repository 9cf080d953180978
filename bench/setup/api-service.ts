import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { hashSecret, newApiToken } from '../../src/accounts/api-token.js';
import { ALL_SCOPES } from '../../src/accounts/principal.js';
import { SCHEMA_INSTALLERS } from '../../src/cli/service/schema-installers.js';
import { openDatabase } from '../../src/database/database.js';
import { startPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { newId } from '../../src/database/new-id.js';
import type { Database } from '../../src/database/schema.js';

/** PostgreSQL and the API, each a process of its own, with nobody who judges. */
export interface ApiService extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly dataDirectory: string;
  readonly db: Kysely<Database>;
  /** Of an administrator, with every scope. */
  readonly token: string;
  readonly accountId: string;
  readonly problemId: string;
  readonly versionId: string;
  readonly pid: number;
}

const API = fileURLToPath(new URL('api-process.js', import.meta.url));
/** Submissions of it are taken in and wait for ever. */
export const PROBLEM = 'waiting';

export async function startApiService(): Promise<ApiService> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'minos-bench-'));
  const server = await startPostgres({ dataDirectory });
  await migrateDatabase(server.url, SCHEMA_INSTALLERS);
  const db = openDatabase({ url: server.url, name: 'minos bench', statementTimeoutMs: 0 });
  const rows = await insertRows(db);
  const child = fork(API, [server.url, dataDirectory], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [url] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the API did not start'))),
  ])) as [string];
  return {
    url,
    databaseUrl: server.url,
    dataDirectory,
    db,
    ...rows,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      await stop(child);
      await db.destroy();
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function insertRows(db: Kysely<Database>) {
  const [accountId, problemId, versionId, token] = [newId(), newId(), newId(), newApiToken()];
  await db.insertInto('accounts').values({ id: accountId, name: 'bench', admin: true }).execute();
  await db
    .insertInto('api_tokens')
    .values({
      id: newId(),
      account_id: accountId,
      name: 'bench',
      hash: hashSecret(token),
      scopes: [...ALL_SCOPES],
    })
    .execute();
  await db.insertInto('problems').values({ id: problemId, name: PROBLEM }).execute();
  await db
    .insertInto('problem_versions')
    .values({
      id: versionId,
      problem_id: problemId,
      number: 1,
      title: PROBLEM,
      package_hash: '0',
      archive_sha256: '0',
      archive_bytes: 0,
      state: 'green',
      summary: JSON.stringify({ limits: { codeBytes: 131_072 }, languages: null }),
      notices: '[]',
      cpu_time_limit_ms: 1000,
      created_by: accountId,
    })
    .execute();
  await db
    .updateTable('problems')
    .set({ published_version_id: versionId })
    .where('id', '=', problemId)
    .execute();
  return { accountId, problemId, versionId, token };
}
