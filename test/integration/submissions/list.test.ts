import { Kysely, PostgresDialect, sql, type CompiledQuery } from 'kysely';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/schema.js';
import {
  SubmissionsRepository,
  type SubmissionFilter,
} from '../../../src/submissions/submissions.repository.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import { insertProblem, type ProblemRows } from '../../fixtures/submission-rows.js';

const ROWS = 100_000;
/** Pages of 8 KiB that a page of the list may touch; the table has thousands. */
const FEW_BUFFERS = 1500;

let database: TestDatabase;
let watched: Kysely<Database>;
let usual: ProblemRows;
let rare: ProblemRows;
const queries: CompiledQuery[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  usual = await insertProblem(database.db, { account: 'usual', problem: 'usual' });
  rare = await insertProblem(database.db, { account: 'rare', problem: 'rare' });
  await seed();
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
      case when n % 20000 = 17 then 'queued' else 'finished' end,
      case when n % 20000 = 17 then null when n % 20000 = 19 then 'JE'
        when n % 3 = 0 then 'WA' else 'AC' end,
      'practice', 'key', new_id()
    from (select id, version_id, row_number() over (order by id) as n from submissions) as numbered
  `.execute(database.db);
  await sql`analyze`.execute(database.db);
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
  ['a rare verdict of an account', () => ({ accountId: usual.accountId, verdict: 'JE' }), 5],
  ['a usual verdict of a rare account', () => ({ accountId: rare.accountId, verdict: 'AC' }), 1],
  ['a usual state', () => ({ state: 'finished' }), 51],
  ['a rare state', () => ({ state: 'queued' }), 5],
  ['a state that nothing has', () => ({ state: 'judging' }), 0],
];

describe('the list of 100,000 submissions', () => {
  it.each(FILTERS)(
    'by %s reads little, from the start and from the middle',
    async (_, filter, least) => {
      const repository = new SubmissionsRepository(watched);
      const middle = await database.db
        .selectFrom('submissions')
        .select('id')
        .orderBy('id')
        .offset(ROWS / 2)
        .limit(1)
        .executeTakeFirstOrThrow();
      for (const before of [undefined, middle.id]) {
        queries.length = 0;
        const rows = await repository.list(filter(), { before, limit: 51 });
        if (before === undefined) expect(rows.length).toBeGreaterThanOrEqual(least);
        const ids = rows.map(({ id }) => id);
        expect(ids).toEqual([...ids].sort().reverse());
        if (before !== undefined) expect(ids.every((id) => id < before)).toBe(true);
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
