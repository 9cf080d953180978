import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, type CliContext } from '../../../src/cli/context.js';
import { administratorFile, prepareService } from '../../../src/cli/service/prepare-service.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';

let database: TestDatabase;
let directory: string;
let context: CliContext;

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'minos-prepare-'));
  const found = await createContext({}, new AbortController().signal);
  const blobs = { directory: join(directory, 'blobs') };
  context = { ...found, config: { ...found.config, dataDirectory: directory, blobs } };
});

afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

describe('the first start of the service', () => {
  it('invites an administrator and loads the example problems, a second one does neither again', async () => {
    const first = await prepareService(database.url, 'all', context);
    expect(first).toMatchObject({ kind: 'invited', accountName: 'admin' });
    expect((await stat(administratorFile(directory))).mode & 0o777).toBe(0o600);
    const versions = () =>
      database.db
        .selectFrom('problem_versions')
        .innerJoin('problems', 'problems.id', 'problem_id')
        .innerJoin('accounts', 'accounts.id', 'created_by')
        .select(['problems.name', 'number', 'accounts.name as owner'])
        .orderBy('problems.name')
        .execute();
    const loaded = await versions();
    expect(loaded.map(({ name }) => name)).toContain('hello');
    expect(new Set(loaded.map(({ owner }) => owner))).toEqual(new Set(['admin']));
    expect(await prepareService(database.url, 'all', context)).toMatchObject({ kind: 'awaited' });
    expect(await versions()).toEqual(loaded);
  });
});
