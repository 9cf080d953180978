import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Database, JudgementState } from '../database/schema.js';
import type { Verdict } from '../judging/verdict.js';
import type { SubmissionRow } from './submission-row.js';

/*
 * Theory of operation. Every filter has an index in the order of the list, (value, id desc). One of
 * them is walked until the page is full, and what it passes is held to the other filters, one by one:
 *
 *   filters ──► span: from when to when are there any of each? ──► which reaches farthest back with
 *   the last 200 in it? ──► walk that one's index within the span ──► page
 *
 * So it passes little, however many submissions there are, and nothing of the thousands that may
 * wait at the newest end and have no verdict yet.
 *
 * The planner alone would do otherwise: it takes what matches for spread evenly, and likes to walk
 * all submissions from the newest. It is left no other way: sorted by the value first, and with
 * `= any (one value)`, which is no constant to it, only this index has the order; and what has an
 * `offset 0` is looked up and never joined.
 */

/** All that are given hold together. */
export interface SubmissionFilter {
  readonly accountId?: string | undefined;
  readonly submitter?: string | undefined;
  readonly problemName?: string | undefined;
  readonly languageId?: string | undefined;
  /** Of the current judgement. */
  readonly verdict?: Verdict | undefined;
  readonly state?: JudgementState | undefined;
}

export interface PageWanted {
  /** Older than this id. */
  readonly before: string | undefined;
  readonly limit: number;
}

type Sql = RawBuilder<unknown>;
type Table = 'submissions' | 'judgements';

/** Rows of which columns have values. */
interface Condition {
  readonly table: Table;
  readonly values: Readonly<Record<string, string>>;
}

/** So many submissions of each filter tell which is the rarest. */
const REACH = 200;
const ID = { submissions: sql`submissions.id`, judgements: sql`judgements.submission_id` };
/** A submission has one judgement that counts. */
const COUNTS = { submissions: sql`true`, judgements: sql`judgements.current` };

/** Newest first. */
export async function listSubmissions(
  db: Kysely<Database>,
  filter: SubmissionFilter,
  { before, limit }: PageWanted,
): Promise<readonly SubmissionRow[]> {
  const conditions = await conditionsOf(db, filter);
  if (conditions === undefined) return [];
  const plan = await chooseWalk(db, conditions, before);
  if (plan === undefined) return [];
  const { walked, range } = plan;
  const others = conditions.filter((condition) => condition !== walked);
  const table = walked?.table ?? 'submissions';
  const [here, there] = [true, false].map((same) =>
    others.filter((other) => (other.table === table) === same),
  ) as [Condition[], Condition[]];
  const { rows } = await sql<SubmissionRow>`
    select submissions.id, submissions.account_id, submissions.submitter,
      (select name from problems where problems.id = submissions.problem_id) as problem_name,
      submissions.language_id, submissions.entry_point, submissions.mode, submissions.lane,
      submissions.source_bytes, submissions.last_event, submissions.created_at
    from ${sql.table(table)} ${table === 'judgements' ? withSubmission(there) : sql``}
    where ${walk(table, walked, range)} and ${hold(here)}
      and ${table === 'submissions' ? judged(there) : sql`true`}
    order by ${order(table, walked)} limit ${limit}`.execute(db);
  return rows;
}

/** The name of a problem becomes its id. @returns undefined when nothing can match. */
async function conditionsOf(
  db: Kysely<Database>,
  { accountId, submitter, problemName, languageId, verdict, state }: SubmissionFilter,
): Promise<readonly Condition[] | undefined> {
  const problemId = problemName === undefined ? undefined : await findProblem(db, problemName);
  // What has a verdict is finished.
  if (problemId === null || (verdict !== undefined && (state ?? 'finished') !== 'finished')) {
    return undefined;
  }
  const condition = (table: Table, column: string, value: string | undefined): Condition[] =>
    value === undefined ? [] : [{ table, values: { [column]: value } }];
  return [
    ...(accountId === undefined || submitter === undefined
      ? [
          ...condition('submissions', 'account_id', accountId),
          ...condition('submissions', 'submitter', submitter),
        ]
      : [{ table: 'submissions' as const, values: { account_id: accountId, submitter } }]),
    ...condition('submissions', 'problem_id', problemId),
    ...condition('submissions', 'language_id', languageId),
    ...condition('judgements', 'verdict', verdict),
    ...condition('judgements', 'state', verdict === undefined ? state : undefined),
  ];
}

async function findProblem(db: Kysely<Database>, name: string): Promise<string | null> {
  const query = db.selectFrom('problems').select('id').where('name', '=', name);
  return (await query.executeTakeFirst())?.id ?? null;
}

interface Walk {
  /** Whose index; undefined: that of all submissions. */
  readonly walked: Condition | undefined;
  readonly range: Range;
}

/** Of ids. */
interface Range {
  readonly before?: string | undefined;
  /** The oldest and the newest. */
  readonly span?: readonly [string, string];
}

/** @returns undefined when nothing matches. */
async function chooseWalk(
  db: Kysely<Database>,
  conditions: readonly Condition[],
  before: string | undefined,
): Promise<Walk | undefined> {
  const [only, ...more] = conditions;
  if (more.length === 0) return { walked: only, range: { before } };
  const span = await spanOf(db, conditions, before);
  if (span === undefined) return undefined;
  const reaches = conditions.map(
    (condition, index) => sql`select ${sql.lit(index)} as index,
      (${ids(condition, { span })} offset ${sql.lit(REACH)} limit 1) as reach`,
  );
  const { rows } = await sql<{ index: number }>`
    ${sql.join(reaches, sql` union all `)} order by reach nulls first limit 1`.execute(db);
  return { walked: conditions[rows[0]?.index ?? 0], range: { span } };
}

/**
 * Of what may match them all. Asked for alone: with bounds that it does not know the planner would
 * take the wrong way.
 */
async function spanOf(
  db: Kysely<Database>,
  conditions: readonly Condition[],
  before: string | undefined,
): Promise<readonly [string, string] | undefined> {
  const ends = (direction: 'asc' | 'desc') =>
    sql.join(
      conditions.map((condition) => sql`(${ids(condition, { before }, direction)} limit 1)`),
    );
  const { rows } = await sql<{ oldest: (string | null)[]; newest: (string | null)[] }>`
    select array[${ends('asc')}] as oldest, array[${ends('desc')}] as newest`.execute(db);
  const [{ oldest, newest } = { oldest: [], newest: [] }] = rows;
  // Where there is none of one, that one's newest is not there either.
  const from = oldest.includes(null) ? undefined : oldest.toSorted().at(-1);
  const to = newest.toSorted()[0];
  return typeof from === 'string' && typeof to === 'string' ? [from, to] : undefined;
}

/** Of what matches, by the index: the newest first, unless `asc`. */
function ids(condition: Condition, range: Range, direction: 'asc' | 'desc' = 'desc'): Sql {
  const { table } = condition;
  return sql`select ${ID[table]} from ${sql.table(table)} where ${walk(table, condition, range)}
    order by ${order(table, condition, direction)}`;
}

function walk(table: Table, walked: Condition | undefined, { before, span }: Range): Sql {
  const [first, ...rest] = Object.entries(walked?.values ?? {});
  return all([
    COUNTS[table],
    ...(first === undefined ? [] : [sql`${columnOf(table, first[0])} = any (${[first[1]]})`]),
    ...rest.map(([name, value]) => sql`${columnOf(table, name)} = ${value}`),
    ...(before === undefined ? [] : [sql`${ID[table]} < ${before}`]),
    ...(span === undefined ? [] : [sql`${ID[table]} between ${span[0]} and ${span[1]}`]),
  ]);
}

/** `asc` is the same index, the other way. */
function order(
  table: Table,
  walked: Condition | undefined,
  direction: 'asc' | 'desc' = 'desc',
): Sql {
  const [first] = Object.keys(walked?.values ?? {});
  const byId = sql`${ID[table]} ${sql.raw(direction)}`;
  if (first === undefined) return byId;
  return sql`${columnOf(table, first)} ${sql.raw(direction === 'asc' ? 'desc' : 'asc')}, ${byId}`;
}

/** The submission of a judgement, if the conditions hold of it. */
function withSubmission(conditions: readonly Condition[]): Sql {
  return sql`join lateral (
    select * from submissions where submissions.id = judgements.submission_id
      and ${hold(conditions)} offset 0
  ) as submissions on true`;
}

/** The conditions hold of the judgement of a submission. */
function judged(conditions: readonly Condition[]): Sql {
  if (conditions.length === 0) return sql`true`;
  return sql`exists (
    select from judgements where judgements.submission_id = submissions.id and judgements.current
      and ${hold(conditions)} offset 0
  )`;
}

function hold(conditions: readonly Condition[]): Sql {
  return all(
    conditions.flatMap(({ table, values }) =>
      Object.entries(values).map(([name, value]) => sql`${columnOf(table, name)} = ${value}`),
    ),
  );
}

function columnOf(table: Table, name: string): Sql {
  return sql.ref(`${table}.${name}`);
}

function all(terms: readonly Sql[]): Sql {
  return terms.length === 0 ? sql`true` : sql.join(terms, sql` and `);
}
