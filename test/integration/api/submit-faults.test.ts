import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { insertProblem } from '../../fixtures/submission-rows.js';

const SUBMISSIONS = '/api/v1/submissions';
const HELLO = { problem_id: 'hello', language_id: 'python3', source: 'x' };

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
  await insertProblem(api.database.db, { account: 'author' });
});
afterAll(() => api.close());

/** Ends connections of the API's pool, wherever they are in what they do. */
async function breakConnections(): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'minos' and pid <> pg_backend_pid()`.execute(
    api.database.db,
  );
}

/** Sends until there is an answer that counts, as a client does that has a key. */
async function submitAtLast(key: string, failures: { count: number }): Promise<string> {
  for (;;) {
    const answer = await api.admin.post(SUBMISSIONS, HELLO, { 'idempotency-key': key });
    if (answer.status === 200 || answer.status === 201) return answer.json<{ id: string }>().id;
    expect(answer.status).toBe(503);
    failures.count += 1;
  }
}

describe('submitting while connections of the database break', () => {
  it('gives one whole submission for each key, and none besides', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => `key-${index}`);
    const failures = { count: 0 };
    const state = { breaking: true };
    const breaking = (async () => {
      while (state.breaking) {
        await breakConnections();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const ids: string[] = [];
    try {
      for (let start = 0; start < keys.length; start += 30) {
        const some = keys.slice(start, start + 30);
        ids.push(...(await Promise.all(some.map((key) => submitAtLast(key, failures)))));
      }
    } finally {
      state.breaking = false;
      await breaking;
    }
    expect(failures.count).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(keys.length);
    const { rows } = await sql`
      select count(*) as submissions,
        count(*) filter (where files = 1 and judgements = 1 and jobs = 1 and events = 1) as whole
      from (
        select
          (select count(*) from submission_files where submission_id = submissions.id) as files,
          (select count(*) from judgements where submission_id = submissions.id) as judgements,
          (select count(*) from judgements join pgboss.job on job.id = job_id
            where submission_id = submissions.id) as jobs,
          (select count(*) from events where submission_id = submissions.id) as events
        from submissions
      ) as counted`.execute(api.database.db);
    expect(rows).toEqual([{ submissions: keys.length, whole: keys.length }]);
    const jobs = await sql`select from pgboss.job where name = 'judge'`.execute(api.database.db);
    expect(jobs.rows).toHaveLength(keys.length);
  });
});
