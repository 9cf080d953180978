import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp } from '../../../src/backup/backup.js';
import { restore, type RestoreOptions } from '../../../src/backup/restore.js';
import { FileBlobs } from '../../../src/blobs/file-blobs.js';
import { Listener } from '../../../src/database/listener.js';
import { newId } from '../../../src/database/new-id.js';
import type { Database } from '../../../src/database/schema.js';
import { PgBossQueue } from '../../../src/queue/pg-boss-queue.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';

/** Every byte, and what JSON and PostgreSQL have to quote. */
const CONTENT = Buffer.from([...Array(256).keys()]);
const TEXT = 'a "quoted" \\ text, {braces}, \t\n\u2028 ü 🙂 NULL null';

let directory: string;
let file: string;
let blobs: FileBlobs;
const databases: TestDatabase[] = [];

async function newDatabase(options?: { empty: boolean }): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  databases.push(database);
  return database;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-backup-'));
  file = join(directory, 'backup.tar.gz');
  blobs = await FileBlobs.open(join(directory, 'blobs'));
});
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
  await rm(directory, { recursive: true });
});

/** A service that has judged one submission, and has another one in hand. */
async function fill(db: Kysely<Database>) {
  const archive = await blobs.put(Readable.from([CONTENT]));
  const sample = await blobs.put(Readable.from([Buffer.from('1 2\n')]));
  const account = newId();
  const problem = newId();
  const version = newId();
  await db.insertInto('accounts').values({ id: account, name: TEXT, admin: true }).execute();
  await db.insertInto('problems').values({ id: problem, name: 'sum' }).execute();
  await db
    .insertInto('problem_versions')
    .values({
      id: version,
      problem_id: problem,
      number: 1,
      title: 'Sum',
      package_hash: 'x',
      archive_sha256: archive.sha256,
      archive_bytes: archive.sizeBytes,
      summary: JSON.stringify({ samples: [{ name: TEXT, input: sample }] }),
      notices: 'null',
      created_by: account,
    })
    .execute();
  await db.updateTable('problems').set({ published_version_id: version }).execute();
  const states = ['finished', 'judging'] as const;
  const judgements = [];
  for (const state of states) {
    const submission = newId();
    const judgement = newId();
    judgements.push(judgement);
    await db
      .insertInto('submissions')
      .values({
        id: submission,
        account_id: account,
        submitter: TEXT,
        problem_id: problem,
        version_id: version,
        language_id: 'c',
        entry_point: null,
        mode: 'lazy',
        lane: 'practice',
        source_bytes: CONTENT.length,
      })
      .execute();
    await db
      .insertInto('submission_files')
      .values({
        submission_id: submission,
        ordinal: 1,
        name: 'main.c',
        sha256: 'x',
        content: CONTENT,
      })
      .execute();
    await db
      .insertInto('judgements')
      .values({
        id: judgement,
        submission_id: submission,
        version_id: version,
        current: true,
        state,
        lane: 'practice',
        fair_share_key: TEXT,
        job_id: newId(),
        attempt: 2,
        verdict: state === 'finished' ? 'AC' : null,
        cpu_time_ms: 0.1 + 0.2,
        memory_bytes: 2 ** 52 + 1,
        started_at: sql<Date>`'2026-02-03 04:05:06.789012+00'` as unknown as Date,
      })
      .execute();
    await sql`insert into events (submission_id, judgement_id, sequence, type, data)
      values (${submission}, ${judgement}, 1, 'judgement.started', '{"a":1.10}')`.execute(db);
  }
  return { blobs: [archive, sample], running: judgements[1] ?? '' };
}

/** Every row of every table, as text. */
async function dump(db: Kysely<Database>): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await sql<{ name: string }>`select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace
      and relname not like 'kysely%'`.execute(db);
  const content: Record<string, string[]> = {};
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.table(name)} t order by 1`.execute(db);
    content[name] = rows.map(({ row }) => row);
  }
  return content;
}

const backup = (database: TestDatabase) =>
  backUp({ databaseUrl: database.url, blobs, file, minos: '0.0.0' });

async function restoreInto(database: TestDatabase, change: Partial<RestoreOptions> = {}) {
  return restore({
    databaseUrl: database.url,
    blobs: await FileBlobs.open(join(directory, 'restored')),
    file,
    force: false,
    openQueue: (db) => new PgBossQueue(db, new Listener({ url: database.url })),
    ...change,
  });
}

describe('a backup', () => {
  it('is restored into an empty database to the last bit, and its jobs are queued anew', async () => {
    const source = await newDatabase();
    const filled = await fill(source.db);
    const before = await dump(source.db);
    expect(await backup(source)).toMatchObject({ blobs: 2 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const target = await newDatabase({ empty: true });
    const restored = await FileBlobs.open(join(directory, 'restored'));
    expect(await restoreInto(target)).toMatchObject({ blobs: 2, queuedAnew: 1 });
    const { judgements: _before, ...others } = before;
    expect(await dump(target.db)).toMatchObject(others);
    for (const { sha256 } of filled.blobs) expect(await restored.exists(sha256)).toBe(true);

    const finished = (state: string) => (row: string) => row.includes(state);
    const after = await dump(target.db);
    expect(after['judgements']?.filter(finished('finished'))).toEqual(
      before['judgements']?.filter(finished('finished')),
    );
    const queue = new PgBossQueue(target.db, new Listener({ url: target.url }));
    const claimed = await queue.claim();
    expect(claimed).toMatchObject({ kind: 'job', lease: { id: filled.running, attempt: 1 } });
    expect(await queue.claim()).toBeUndefined();
    await queue.close();
    const { rows } = await sql<{ id: number }>`insert into events
      (submission_id, judgement_id, sequence, type, data)
      select submission_id, judgement_id, 2, 'x', '{}' from events limit 1 returning id`.execute(
      target.db,
    );
    expect(rows[0]?.id).toBe(3);
    // Foreign keys hold again.
    await expect(sql`delete from accounts`.execute(target.db)).rejects.toThrow('foreign key');
  });

  it('is made of one state while the service goes on', async () => {
    const source = await newDatabase();
    await fill(source.db);
    const before = await dump(source.db);
    let change: Promise<unknown> | undefined;
    await backUp({
      databaseUrl: source.url,
      blobs,
      file,
      minos: '0.0.0',
      // The tables come in the order of their names: events are still to come.
      onStep: () => {
        change ??= sql`delete from events`.execute(source.db);
      },
    });
    await change;
    expect((await dump(source.db))['events']).toEqual([]);
    const target = await newDatabase({ empty: true });
    await restoreInto(target);
    expect((await dump(target.db))['events']).toEqual(before['events']);
  });

  it('is not written over a file that is there', async () => {
    const source = await newDatabase();
    await writeFile(file, 'mine');
    await expect(backup(source)).rejects.toMatchObject({ code: 'bad-usage' });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('is not made when a stored file is missing, and leaves no half of one', async () => {
    const source = await newDatabase();
    const { blobs: stored } = await fill(source.db);
    await blobs.delete(stored[0]?.sha256 ?? '');
    await expect(backup(source)).rejects.toMatchObject({ code: 'blob-unavailable' });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });
});

describe('restoring', () => {
  it('refuses a database with something in it, and replaces it when forced', async () => {
    const source = await newDatabase();
    await fill(source.db);
    await backup(source);
    const target = await newDatabase();
    await target.db
      .insertInto('accounts')
      .values({ id: newId(), name: 'other', admin: true })
      .execute();
    await expect(restoreInto(target)).rejects.toMatchObject({ code: 'conflict' });
    expect((await dump(target.db))['accounts']).toHaveLength(1);
    await restoreInto(target, { force: true });
    expect((await dump(target.db))['accounts']).toEqual((await dump(source.db))['accounts']);
  });

  it('refuses a database that Minos itself has open', async () => {
    const source = await newDatabase();
    await backup(source);
    const target = await newDatabase({ empty: true });
    const listener = new Listener({ url: target.url });
    const listens = new Promise<void>((resolve) => {
      listener.subscribe({ channel: 'x', onNotification: () => undefined, onGap: resolve });
    });
    await listens;
    await expect(restoreInto(target, { force: true })).rejects.toMatchObject({ code: 'conflict' });
    await listener.close();
  });

  it('refuses every backup that is cut off or changed, and changes nothing', async () => {
    const source = await newDatabase();
    await fill(source.db);
    await backup(source);
    const whole = await readFile(file);
    const target = await newDatabase({ empty: true });
    const cuts = [0, 10, Math.floor(whole.length / 2), whole.length - 1];
    for (const length of cuts) {
      await truncate(file, length);
      await expect(restoreInto(target)).rejects.toMatchObject({ code: 'bad-backup' });
      await writeFile(file, whole);
    }
    for (let at = 12; at < whole.length; at += Math.floor(whole.length / 12)) {
      const handle = await open(file, 'r+');
      await handle.write(Buffer.from([(whole[at] ?? 0) ^ 0x55]), 0, 1, at);
      await handle.close();
      await expect(restoreInto(target)).rejects.toMatchObject({ code: 'bad-backup' });
      await writeFile(file, whole);
    }
    expect(await dump(target.db)).toEqual({});
  });

  it('refuses what is something else', async () => {
    const target = await newDatabase({ empty: true });
    await writeFile(file, 'no archive');
    await expect(restoreInto(target)).rejects.toMatchObject({ code: 'bad-backup' });
    await rm(file);
    await expect(restoreInto(target)).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
