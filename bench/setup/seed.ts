import { sql, type Kysely } from 'kysely';
import type { Database } from '../../src/database/schema.js';
import { newId } from '../../src/database/new-id.js';
import type { PgBossQueue } from '../../src/queue/pg-boss-queue.js';
import type { ApiService } from './api-service.js';

/** Who submits; each of many submissions at the smaller size already, so that pages are full. */
const SUBMITTERS = 50;
const PROBLEMS = 20;
const LANGUAGES = ['cpp20', 'python3', 'java', 'c', 'go', 'javascript', 'bash'];
/** Evenly from 0 to below the bound, the same in each run, and what one is says nothing of another. */
const spread = (seed: number, bound: number) =>
  sql`((hashint8extended(number, ${sql.lit(seed)}) & 1073741823) % ${sql.lit(bound)})::integer`;

/** Problems beside the one there is; submissions are spread over all. */
export async function seedProblems({ db, accountId }: ApiService): Promise<void> {
  for (let number = 1; number < PROBLEMS; number += 1) {
    const [problemId, versionId] = [newId(), newId()];
    await db
      .insertInto('problems')
      .values({ id: problemId, name: `p${number}` })
      .execute();
    await sql`
      insert into problem_versions (id, problem_id, number, title, package_hash, archive_sha256,
        archive_bytes, state, summary, notices, created_by)
      values (${versionId}, ${problemId}, 1, 'p', '0', '0', 0, 'green', '{}', '[]', ${accountId})
    `.execute(db);
  }
}

/**
 * Judged submissions, with files, judgements and events. One of 400 is a judging error, so that a
 * filter for those is a rare one.
 */
export async function seedJudged(
  { db, accountId }: ApiService,
  from: number,
  to: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The rows are ours: looking up what each refers to would take most of the time.
    await sql`set local session_replication_role = replica`.execute(tx);
    await insertSubmissions(tx, accountId, from, to);
    await sql`
      insert into submission_files (submission_id, ordinal, name, sha256, content)
      select id, 1, 'main.cpp', '0', convert_to(repeat('int main() {} ', 10), 'utf8') from seeded
    `.execute(tx);
    await sql`
      insert into judgements (id, submission_id, version_id, current, state, lane, fair_share_key,
        job_id, attempt, verdict, cpu_time_ms, memory_bytes, test_cases, started_at, finished_at)
      select judgement_id, id, version_id, true, 'finished', 'practice', ${accountId} || ':' || submitter,
        gen_random_uuid(), 1,
        case when ${spread(4, 400)} = 0 then 'JE'
          else (array['AC','AC','AC','WA','WA','TLE','RTE','CE'])[1 + ${spread(5, 8)}] end,
        10, 4000000, 3, now(), now()
      from seeded
    `.execute(tx);
    await sql`
      insert into events (submission_id, judgement_id, sequence, type, data)
      select id, judgement_id, 1, 'judgement.finished', '{}' from seeded
    `.execute(tx);
    await sql`drop table seeded`.execute(tx);
  });
  await sql`vacuum (analyze) submissions, submission_files, judgements, events`.execute(db);
}

async function insertSubmissions(
  tx: Kysely<Database>,
  accountId: string,
  from: number,
  to: number,
): Promise<void> {
  await sql`
    create temporary table seeded as
    select new_id() as id, new_id() as judgement_id, 'student-' || ${spread(1, SUBMITTERS)} as submitter,
      (${LANGUAGES}::text[])[1 + ${spread(2, LANGUAGES.length)}] as language_id, problem_id, version_id, number
    from generate_series(${from}::bigint, ${to - 1}::bigint) as number
    join (
      select problem_id, id as version_id, row_number() over (order by id) - 1 as place
      from problem_versions
    ) as version on place = ${spread(3, PROBLEMS)}
    order by number
  `.execute(tx);
  await sql`
    insert into submissions (id, account_id, submitter, problem_id, version_id, language_id, mode,
      lane, source_bytes, last_event)
    select id, ${accountId}, submitter, problem_id, version_id, language_id, 'lazy', 'practice', 140, 1
    from seeded
  `.execute(tx);
}

/** Submissions that wait, each with its job. @returns the ids of the jobs. */
export async function seedQueued(
  { db, accountId, problemId, versionId }: ApiService,
  queue: PgBossQueue,
  count: number,
): Promise<readonly string[]> {
  const judgements = Array.from({ length: count }, () => newId());
  const jobs = await db.transaction().execute(async (tx) => {
    const ids = await queue.enqueueAll(
      tx,
      judgements.map((id, index) => ({
        kind: 'judgement' as const,
        id,
        lane: index % 4 === 0 ? ('contest' as const) : ('practice' as const),
        pending: index % 10,
      })),
    );
    await sql`
      with given as (
        select new_id() as id, judgement_id, job_id, 'student-' || number % ${SUBMITTERS} as submitter
        from unnest(${judgements}::uuid[], ${ids}::uuid[])
          with ordinality as given (judgement_id, job_id, number)
      ), submitted as (
        insert into submissions (id, account_id, submitter, problem_id, version_id, language_id, mode,
          lane, source_bytes, last_event)
        select id, ${accountId}, submitter, ${problemId}::uuid, ${versionId}::uuid, 'c', 'lazy',
          'practice', 140, 0
        from given
      )
      insert into judgements (id, submission_id, version_id, current, lane, fair_share_key, job_id)
      select judgement_id, id, ${versionId}::uuid, true, 'practice', ${accountId} || ':' || submitter, job_id
      from given
    `.execute(tx);
    return ids;
  });
  await sql`analyze submissions, judgements`.execute(db);
  await sql`analyze pgboss.job`.execute(db);
  return jobs;
}
