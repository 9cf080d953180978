import { resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../../src/blobs/blobs.js';
import { BLOBS } from '../../../src/blobs/blobs.module.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { LanguageRegistry } from '../../../src/languages/language-registry.js';
import { readLanguages } from '../../../src/languages/read-languages.js';
import { loadExampleProblems } from '../../../src/problems/load-example-problems.js';
import { packPackage } from '../../../src/problems/pack-package.js';
import type { Queue } from '../../../src/queue/queue.js';
import { QUEUE } from '../../../src/queue/queue.module.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

const EXAMPLES = resolve(import.meta.dirname, '../../../problems');
const config = loadConfig(resolve(EXAMPLES, '../judge.config.yaml'));

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api.close();
});

function load(): Promise<readonly string[]> {
  return loadExampleProblems({
    db: api.database.db,
    queue: api.app.get<Queue>(QUEUE),
    blobs: api.app.get<Blobs>(BLOBS),
    directory: join(api.dataDirectory, 'uploads'),
    context: {
      languages: new LanguageRegistry(readLanguages(config.languages, config.file)),
      defaultLimits: config.limits,
    },
    examples: EXAMPLES,
    accountId: api.adminAccount.id,
  });
}

describe('the example problems', () => {
  it('are there once, and can be submitted to at once unless their limit has to be found', async () => {
    const loaded = await load();
    expect(loaded).toContain('hello');
    expect(await load()).toEqual([]);
    const versions = await api.database.db
      .selectFrom('problem_versions')
      .innerJoin('problems', 'problems.id', 'problem_id')
      .select([
        'name',
        'number',
        'state',
        'cpu_time_limit_ms',
        'published_version_id',
        'override_reason',
      ])
      .execute();
    expect(versions.map(({ name }) => name).sort()).toEqual(loaded);
    for (const version of versions) {
      const stated = version.cpu_time_limit_ms !== null;
      expect(version).toMatchObject({
        number: 1,
        state: stated ? 'unverified' : 'verifying',
        override_reason: stated ? 'shipped example' : null,
      });
      expect(version.published_version_id !== null).toBe(stated);
    }
    const answer = await api.admin.get('/api/v1/problems/hello');
    expect(answer.json()).toMatchObject({ published: true });
  });

  it('are packed the same whenever they are packed', async () => {
    const hash = async () => {
      const sha256 = createHash('sha256');
      for await (const chunk of packPackage(join(EXAMPLES, 'hello'))) sha256.update(chunk);
      return sha256.digest('hex');
    };
    expect(await hash()).toBe(await hash());
  });
});
