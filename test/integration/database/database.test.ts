import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/database/database.js';
import { databaseFailure } from '../../../src/database/database-failure.js';
import { inTransaction } from '../../../src/database/transaction.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const killOthers = () =>
  sql`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db);

describe('openDatabase', () => {
  it('survives that its idle connections break, and connects anew', async () => {
    const broken: Error[] = [];
    const db = openDatabase({
      url: database.url,
      onConnectionError: (error) => broken.push(error),
    });
    await sql`select 1`.execute(db);
    await killOthers();
    await expect.poll(() => broken.length, { timeout: 60_000 }).toBe(1);
    expect((await sql`select 1 as x`.execute(db)).rows).toEqual([{ x: 1 }]);
    await db.destroy();
  });

  it('survives that a connection breaks between two queries of a transaction', async () => {
    const db = openDatabase({ url: database.url });
    const work = db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      await killOthers();
      // Until the loss is known on this side.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await sql`select 1`.execute(tx);
    });
    const failure = await work.catch((error: unknown) => error);
    expect(databaseFailure(failure)).toBe('unavailable');
    expect((await sql`select 1 as x`.execute(db)).rows).toEqual([{ x: 1 }]);
    await db.destroy();
  });

  it('ends a statement that takes too long', async () => {
    const db = openDatabase({ url: database.url, statementTimeoutMs: 100 });
    const failure = await sql`select pg_sleep(600)`.execute(db).catch((error: unknown) => error);
    expect(databaseFailure(failure)).toBe('unavailable');
    await db.destroy();
  });

  it('gives up a connection that answers nothing, and does not lend it to the next', async () => {
    const wire = await hangingProxy(database.url);
    const db = openDatabase({ url: wire.url, max: 1, statementTimeoutMs: 500 });
    await sql`select 1`.execute(db);
    wire.hang();
    const failure = await sql`select 2`.execute(db).catch((error: unknown) => error);
    expect(databaseFailure(failure)).toBe('unavailable');
    wire.resume();
    expect((await sql`select 3 as x`.execute(db)).rows).toEqual([{ x: 3 }]);
    await db.destroy();
    wire.close();
  });

  it('reads counters as numbers', async () => {
    const { rows } = await sql`select count(*) as n from submissions`.execute(database.db);
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('inTransaction', () => {
  it('runs work again that lost against another transaction', async () => {
    await sql`create table counters as select 1 as id, 0 as n`.execute(database.db);
    const increment = () =>
      inTransaction(
        database.db,
        async (tx) => {
          const { rows } = await sql<{ n: number }>`select n from counters`.execute(tx);
          await sql`update counters set n = ${(rows[0]?.n ?? 0) + 1}`.execute(tx);
        },
        { isolation: 'repeatable read' },
      );
    await Promise.all([increment(), increment(), increment()]);
    expect((await sql`select n from counters`.execute(database.db)).rows).toEqual([{ n: 3 }]);
  });

  it('does not run work again that fails by itself', async () => {
    let calls = 0;
    const work = inTransaction(database.db, async (tx) => {
      calls += 1;
      await sql`select 1/0`.execute(tx);
    });
    await expect(work).rejects.toThrow('division by zero');
    expect(calls).toBe(1);
  });
});

/** A way to the database that can be cut without a word. */
async function hangingProxy(url: string) {
  const target = new URL(url);
  const path = `${target.searchParams.get('host') ?? ''}/.s.PGSQL.5432`;
  let hangs = false;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(path);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.on('data', (chunk) => hangs || far.write(chunk));
    far.on('data', (chunk) => hangs || near.write(chunk));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.hostname = '127.0.0.1';
  target.port = String((server.address() as AddressInfo).port);
  target.search = '';
  return {
    url: target.href,
    hang: () => {
      hangs = true;
    },
    resume: () => {
      hangs = false;
    },
    close: () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
