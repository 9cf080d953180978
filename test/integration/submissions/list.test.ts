import { Kysely, PostgresDialect, sql, type CompiledQuery } from 'kysely';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/schema.js';
import {
  listSubmissions,
  type SubmissionFilter,
} from '../../../src/submissions/list-submissions.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import { insertProblem, type ProblemRows } from '../../fixtures/submission-rows.js';

const ROWS = 100_000;
/** The newest of all: nothing but their problem and state tells that they match no other filter. */
const WAITING = 10_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Pages of 8 KiB that a page of the list may touch; the table has thousands. */
const FEW_BUFFERS = 1500;

let database: TestDatabase;
let watched: Kysely<Database>;
let usual: ProblemRows;
let rare: ProblemRows;
let crowded: ProblemRows;
const queries: CompiledQuery[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  usual = await insertProblem(database.db, { account: 'usual', problem: 'usual' });
  rare = await insertProblem(database.db, { account: 'rare', problem: 'rare' });
  crowded = await insertProblem(database.db, { account: 'crowded', problem: 'crowded' });
  await seed();
  await seedWaiting();
  await sql`vacuum (analyze) submissions, judgements`.execute(database.db);
  watched = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: openPool(2) }),
    log: ({ query }) => void queries.push(query),
  });
});
afterAll(async () => {
  await watched.destroy();
  await database.drop();
});

/** A pool that has ended may have connections that are still closing when the database is dropped. */
function openPool(max: number): Pool {
  const pool = new Pool({ connectionString: database.url, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Of everything that is filtered by there is much of one value, and little of another. */
async function seed(): Promise<void> {
  await sql`
    insert into submissions (id, account_id, submitter, problem_id, version_id, language_id, mode,
      lane, source_bytes, created_at)
    select new_id(),
      case when n % 20000 = 7 then ${rare.accountId}::uuid else ${usual.accountId}::uuid end,
      case when n % 20000 = 9 then 'rare' else 'usual' || n % 10 end,
      case when n % 20000 = 11 then ${rare.problemId}::uuid else ${usual.problemId}::uuid end,
      case when n % 20000 = 11 then ${rare.versionId}::uuid else ${usual.versionId}::uuid end,
      case when n % 20000 = 13 then 'rare' else 'python3' end,
      'lazy', 'practice', 100, now()
    from generate_series(1, ${ROWS}) as n`.execute(database.db);
  await sql`
    insert into judgements (id, submission_id, version_id, current, state, verdict, lane,
      fair_share_key, job_id)
    select new_id(), id, version_id, true,
      case when n % 20000 = 17 then 'cancelled' else 'finished' end,
      case when n % 20000 = 17 then null when n % 20000 = 19 then 'JE'
        when n % 3 = 0 then 'WA' else 'AC' end,
      'practice', 'key', new_id()
    from (select id, version_id, row_number() over (order by id) as n from submissions) as numbered
  `.execute(database.db);
}

async function seedWaiting(): Promise<void> {
  await sql`
    with waiting as (
      insert into submissions (id, account_id, submitter, problem_id, version_id, language_id, mode,
        lane, source_bytes)
      select new_id(), ${crowded.accountId}, 'crowd', ${crowded.problemId}, ${crowded.versionId}, 'c',
        'lazy', 'practice', 100
      from generate_series(1, ${WAITING}) returning id, version_id
    )
    insert into judgements (id, submission_id, version_id, current, lane, fair_share_key, job_id)
    select new_id(), id, version_id, true, 'practice', 'key', new_id() from waiting`.execute(
    database.db,
  );
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

async function planOf({ sql: text, parameters }: CompiledQuery): Promise<Plan> {
  const pool = openPool(1);
  try {
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, buffers, format json) ${text}`,
      [...parameters],
    );
    return rows[0]!['QUERY PLAN'][0].Plan;
  } finally {
    await pool.end();
  }
}

function scannedWhole({ Plans = [], ...node }: Plan): readonly string[] {
  const own = node['Node Type'].includes('Seq Scan') ? [node['Relation Name'] ?? ''] : [];
  return [...own, ...Plans.flatMap(scannedWhole)];
}

const FILTERS: readonly [string, () => SubmissionFilter, number][] = [
  ['nothing', () => ({}), 51],
  ['an account with many', () => ({ accountId: usual.accountId }), 51],
  ['an account with few', () => ({ accountId: rare.accountId }), 5],
  ['a usual submitter', () => ({ submitter: 'usual3' }), 51],
  ['a rare submitter', () => ({ submitter: 'rare' }), 5],
  ['a submitter of an account', () => ({ accountId: usual.accountId, submitter: 'rare' }), 5],
  ['a usual problem', () => ({ problemName: 'usual' }), 51],
  ['a rare problem', () => ({ problemName: 'rare' }), 5],
  ['an unknown problem', () => ({ problemName: 'none' }), 0],
  ['a usual language', () => ({ languageId: 'python3' }), 51],
  ['a rare language', () => ({ languageId: 'rare' }), 5],
  ['a usual verdict', () => ({ verdict: 'AC' }), 51],
  ['a rare verdict', () => ({ verdict: 'JE' }), 5],
  ['a rare verdict of an account', () => ({ accountId: usual.accountId, verdict: 'JE' }), 1],
  ['a usual verdict of a rare account', () => ({ accountId: rare.accountId, verdict: 'AC' }), 1],
  ['a usual state', () => ({ state: 'finished' }), 51],
  ['a rare state', () => ({ state: 'cancelled' }), 5],
  ['what waits', () => ({ state: 'queued' }), 51],
  [
    'a problem, a language and a verdict',
    () => ({ problemName: 'usual', languageId: 'python3', verdict: 'AC' }),
    51,
  ],
  ['a usual problem and a rare verdict', () => ({ problemName: 'usual', verdict: 'JE' }), 1],
  ['a rare problem and a usual verdict', () => ({ problemName: 'rare', verdict: 'AC' }), 1],
  ['a problem and a submitter', () => ({ problemName: 'usual', submitter: 'usual3' }), 51],
  ['a problem and a rare submitter', () => ({ problemName: 'usual', submitter: 'rare' }), 1],
  [
    'a submitter of an account, a problem and a verdict',
    () => ({
      accountId: usual.accountId,
      submitter: 'usual4',
      problemName: 'usual',
      verdict: 'WA',
    }),
    51,
  ],
  ['a language and a submitter', () => ({ languageId: 'python3', submitter: 'usual1' }), 51],
  ['a problem whose every submission waits', () => ({ problemName: 'crowded' }), 51],
  ['the state and the verdict', () => ({ state: 'finished', verdict: 'AC' }), 51],
  ['what waits of a usual problem', () => ({ problemName: 'usual', state: 'queued' }), 0],
  ['a verdict of what waits', () => ({ state: 'queued', verdict: 'AC' }), 0],
  ['an account and a state', () => ({ accountId: usual.accountId, state: 'finished' }), 51],
  ['a state that nothing has', () => ({ state: 'judging' }), 0],
];

/** The same, said in the simplest way. */
async function matching(filter: SubmissionFilter, before = LAST_ID): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select submissions.id from submissions
    join problems on problems.id = problem_id
    join judgements on submission_id = submissions.id and current
    where account_id = coalesce(${filter.accountId}, account_id)
      and submitter = coalesce(${filter.submitter}, submitter)
      and problems.name = coalesce(${filter.problemName}, problems.name)
      and language_id = coalesce(${filter.languageId}, language_id)
      and verdict is not distinct from coalesce(${filter.verdict}, verdict)
      and state = coalesce(${filter.state}, state)
      and submissions.id < ${before}
    order by submissions.id desc limit 51`.execute(database.db);
  return rows.map(({ id }) => id);
}

describe('the list of 100,000 submissions', () => {
  it.each(FILTERS)(
    'by %s reads little, from the start and from the middle',
    async (_, filter, least) => {
      const middle = await database.db
        .selectFrom('submissions')
        .select('id')
        .orderBy('id')
        .offset(ROWS / 2)
        .limit(1)
        .executeTakeFirstOrThrow();
      for (const before of [undefined, middle.id]) {
        queries.length = 0;
        const rows = await listSubmissions(watched, filter(), { before, limit: 51 });
        if (before === undefined) expect(rows.length).toBeGreaterThanOrEqual(least);
        expect(rows.map(({ id }) => id)).toEqual(await matching(filter(), before));
        for (const query of queries) {
          const plan = await planOf(query);
          expect(scannedWhole(plan).filter((name) => /submissions|judgements/.test(name))).toEqual(
            [],
          );
          expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(FEW_BUFFERS);
        }
      }
    },
  );
});
