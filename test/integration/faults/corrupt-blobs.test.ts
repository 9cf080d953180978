import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

describe('a blob store that gives back other bytes (F29)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  async function archivePath(): Promise<string> {
    const { archive_sha256: sha256 } = await service.db
      .selectFrom('problem_versions')
      .select('archive_sha256')
      .executeTakeFirstOrThrow();
    return join(service.directory, 'blobs', sha256.slice(0, 2), sha256.slice(2));
  }

  async function corrupt(path: string): Promise<void> {
    const bytes = await readFile(path);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
    // Somebody may have the old file open.
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
  }

  it('leads to a judging error, never to a wrong answer, and heals', async () => {
    const api = await service.startApi();
    const url = await api.ready();
    await service.publishEcho(url);
    const archive = await archivePath();
    const whole = await readFile(archive);
    await corrupt(archive);
    const submitter = new Submitter(service, url);
    const worker = await service.startWorker();
    const id = await submitter.submit();
    const verdict = async () => {
      const { rows } = await sql<{ verdict: string | null }>`
        select verdict from judgements where submission_id = ${id} and current`.execute(service.db);
      return rows[0]?.verdict;
    };
    await expect.poll(verdict, { timeout: 5 * 60_000, interval: 250 }).toBe('JE');
    const { rows } = await sql`select from alerts where resolved_at is null`.execute(service.db);
    expect(rows.length).toBeGreaterThan(0);

    await writeFile(`${archive}.new`, whole);
    await rename(`${archive}.new`, archive);
    await submitter.submit();
    const expected = new Map(await submitter.stop());
    expected.set(id, 'JE');
    await expectJudged(service, expected);
    expect(worker.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
