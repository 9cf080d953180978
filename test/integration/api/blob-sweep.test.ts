import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../../src/blobs/blobs.js';
import { BLOBS } from '../../../src/blobs/blobs.module.js';
import { keepBlobs } from '../../../src/database/blob-lock.js';
import { referencedBlobs } from '../../../src/database/blob-references.js';
import { sweepBlobs } from '../../../src/problems/sweep-blobs.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { ECHO, zipPackage } from '../../fixtures/package-archive.js';

/** Every one is old enough. */
const ALL = { olderThanMs: -60_000 };

let api: TestApi;
let blobs: Blobs;

beforeAll(async () => {
  api = await startApi();
  blobs = api.app.get<Blobs>(BLOBS);
});
afterAll(() => api.close());

async function put(text: string): Promise<string> {
  const content = (async function* () {
    yield Buffer.from(text);
  })();
  return (await blobs.put(content)).sha256;
}

async function upload(problem: string, content: string) {
  const files = { ...ECHO, 'data/sample/1.in': content, 'data/sample/1.ans': content };
  return await api.admin.post('/api/v1/problems', zipPackage(files, problem), {
    'content-type': 'application/zip',
  });
}

async function stored(): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const { sha256 } of blobs.list()) hashes.push(sha256);
  return hashes.sort();
}

async function referenced(): Promise<readonly string[]> {
  return (await referencedBlobs(api.database.db)).map(({ sha256 }) => sha256);
}

/** As a restored backup does that does not have the version. */
async function forgetOneVersion(): Promise<void> {
  await api.database.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select id from problem_versions order by random() limit 1 for update`.execute(tx);
    const id = rows[0]?.id;
    await sql`delete from verifications where version_id = ${id}`.execute(tx);
    await sql`delete from problem_versions where id = ${id}`.execute(tx);
  });
}

describe('the sweep of stored files', () => {
  it('removes nothing while no row refers to any: the database may not be the right one', async () => {
    const sha256 = await put('of another database');
    expect(await sweepBlobs(api.database.db, blobs, ALL)).toBe(0);
    expect(await blobs.exists(sha256)).toBe(true);
  });

  it('removes what nobody refers to, and keeps what somebody does', async () => {
    expect((await upload('kept', 'one\n')).status).toBe(202);
    const kept = [...(await referenced())].sort();
    expect(kept.length).toBeGreaterThan(2);
    for (let count = 0; count < 120; count += 1) await put(`garbage ${count}`);
    expect(await sweepBlobs(api.database.db, blobs, ALL)).toBeGreaterThanOrEqual(120);
    expect(await stored()).toEqual(kept);
  });

  it('leaves alone what is young enough to be of an upload under way', async () => {
    const sha256 = await put('just come');
    expect(await sweepBlobs(api.database.db, blobs)).toBe(0);
    expect(await blobs.exists(sha256)).toBe(true);
  });

  it('removes nothing while a version is being stored', async () => {
    const sha256 = await put('about to be named');
    await api.database.db.transaction().execute(async (tx) => {
      await keepBlobs(tx);
      expect(await sweepBlobs(api.database.db, blobs, ALL)).toBe(0);
    });
    expect(await blobs.exists(sha256)).toBe(true);
    expect(await sweepBlobs(api.database.db, blobs, ALL)).toBeGreaterThan(0);
  });

  it('tells an upload whose files it swept meanwhile to try again', async () => {
    const swept: Blobs = Object.assign(Object.create(blobs) as Blobs, {
      exists: () => Promise.resolve(false),
    });
    const original = blobs.exists.bind(blobs);
    blobs.exists = swept.exists.bind(swept);
    try {
      const answer = await upload('swept', 'swept\n');
      expect(answer.status).toBe(503);
      expect(answer.json()).toMatchObject({ code: 'blob-unavailable' });
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    } finally {
      blobs.exists = original;
    }
    expect((await upload('swept', 'swept\n')).status).toBe(202);
  });

  it('takes no file from any version, whatever is uploaded and forgotten beside it', async () => {
    const slow: Blobs = {
      put: (content) => blobs.put(content),
      get: (sha256) => blobs.get(sha256),
      exists: (sha256) => blobs.exists(sha256),
      list: () => blobs.list(),
      delete: async (sha256) => {
        await sleep(Math.random() * 5);
        await blobs.delete(sha256);
      },
    };
    let over = false;
    let removed = 0;
    const statuses: number[] = [];
    const uploader = async (first: number): Promise<void> => {
      for (let count = 0; count < 12; count += 1) {
        // The same few files again and again, for problems that share them.
        const answer = await upload(`p${(first + count) % 3}`, `${count % 4}\n`);
        statuses.push(answer.status);
      }
    };
    const sweeper = async (): Promise<void> => {
      while (!over) {
        removed += await sweepBlobs(api.database.db, slow, ALL);
        await forgetOneVersion();
      }
    };
    const sweeping = [sweeper(), sweeper()];
    await Promise.all([uploader(0), uploader(1), uploader(2)]);
    over = true;
    await Promise.all(sweeping);
    expect(statuses.filter((status) => ![200, 202, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(202);
    expect(removed).toBeGreaterThan(0);
    await upload('last', 'last\n');
    await sweepBlobs(api.database.db, blobs, ALL);
    expect(await stored()).toEqual([...(await referenced())].sort());
  });
});
