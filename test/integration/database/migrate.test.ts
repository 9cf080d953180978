import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { isMigrated, migrateDatabase, MIGRATIONS } from '../../../src/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';

describe('migrateDatabase', () => {
  const databases: TestDatabase[] = [];
  const empty = async () => {
    const database = await createTestDatabase({ empty: true });
    databases.push(database);
    return database;
  };
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.drop();
  });

  it('applies each migration once, however many processes start at once', async () => {
    const { url, db } = await empty();
    expect(await isMigrated(db)).toBe(false);
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(url)));
    expect(applied.flat()).toEqual(Object.keys(MIGRATIONS));
    expect(await isMigrated(db)).toBe(true);
    expect(await migrateDatabase(url)).toEqual([]);
  });

  it('calls the installers every time, one process after the other', async () => {
    const { url } = await empty();
    let inside = 0;
    let calls = 0;
    const installer = async () => {
      inside += 1;
      expect(inside).toBe(1);
      calls += 1;
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => migrateDatabase(url, [installer])));
    expect(calls).toBe(3);
  });

  it('refuses a database of a newer program, and says so', async () => {
    const { url, db } = await empty();
    await migrateDatabase(url);
    await sql`insert into kysely_migration values ('9999-later', now()::text)`.execute(db);
    await expect(migrateDatabase(url)).rejects.toThrow(/newer Minos.*9999-later/);
  });

  it('says in one line that nothing answers', async () => {
    const url = 'postgresql://minos:hunter2@127.0.0.1:1/minos';
    const failure = await migrateDatabase(url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'database-unavailable' });
    expect((failure as Error).message).not.toContain('hunter2');
  });
});

describe('the fixture', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('gives a migrated database in which nothing is', async () => {
    expect(await isMigrated(database.db)).toBe(true);
    expect(await database.db.selectFrom('submissions').selectAll().execute()).toEqual([]);
  });
});
