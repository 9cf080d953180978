import { sql, type Kysely } from 'kysely';
import type { Database, RejudgingState } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import type { Verdict } from '../judging/verdict.js';
import type { RejudgingFilter } from './rejudging-filter.js';

export interface Rejudging {
  readonly id: string;
  readonly reason: string;
  readonly filter: RejudgingFilter;
  /** null: each against its own. */
  readonly version: number | null;
  readonly incremental: boolean;
  /** ready: everything is judged, and it is neither applied nor cancelled. */
  readonly state: RejudgingState;
  readonly submissions: number;
  readonly judged: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
}

/** Newest first, one more than the limit. */
export async function listRejudgings(
  db: Kysely<Database>,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly Rejudging[]> {
  const condition = before === undefined ? sql`true` : sql`rejudgings.id < ${before}`;
  const { rows } = await sql<Rejudging>`
    ${SELECT} where ${condition} order by rejudgings.id desc limit ${limit + 1}
  `.execute(db);
  return rows;
}

/** @throws JudgeError `not-found` */
export async function findRejudging(db: Kysely<Database>, id: string): Promise<Rejudging> {
  const { rows } = await sql<Rejudging>`${SELECT} where rejudgings.id = ${id}`.execute(db);
  const [rejudging] = rows;
  if (rejudging === undefined) throw new JudgeError('not-found', 'no rejudging has this id');
  return rejudging;
}

const SELECT = sql`
  select rejudgings.id, reason, filter, problem_versions.number as version, incremental,
    case when rejudgings.state = 'computing' and counted.judged = counted.submissions
      then 'ready' else rejudgings.state end as state,
    counted.submissions, counted.judged,
    creator.name as "createdBy", rejudgings.created_at as "createdAt",
    ender.name as "endedBy", ended_at as "endedAt"
  from rejudgings
  join accounts as creator on creator.id = rejudgings.created_by
  left join accounts as ender on ender.id = rejudgings.ended_by
  left join problem_versions on problem_versions.id = rejudgings.version_id
  cross join lateral (
    select count(*)::integer as submissions,
      count(*) filter (where judgements.state = 'finished')::integer as judged
    from judgements where judgements.rejudging_id = rejudgings.id
  ) as counted`;

/** How many submissions went, or would go, from one verdict to another. */
export interface Transition {
  readonly from: Verdict;
  readonly to: Verdict;
  readonly count: number;
}

/** Of those judged so far. */
export async function transitions(
  db: Kysely<Database>,
  id: string,
): Promise<readonly Transition[]> {
  const { rows } = await sql<Transition>`
    select previous.verdict as from, made.verdict as to, count(*)::integer as count
    from judgements as made join judgements as previous on previous.id = made.replaces_id
    where made.rejudging_id = ${id} and made.state = 'finished' and previous.verdict is not null
    group by 1, 2 order by 1, 2
  `.execute(db);
  return rows;
}

export const EFFECTS = ['gains', 'loses', 'changes'] as const;
export type Effect = (typeof EFFECTS)[number];

export interface Change {
  readonly submissionId: string;
  readonly submitter: string;
  readonly problemName: string;
  readonly languageId: string;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly previousJudgementId: string;
  readonly judgementId: string;
}

export interface ChangesPage {
  readonly effect: Effect | undefined;
  /** Submissions before this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

const EFFECT_CONDITIONS: Readonly<Record<Effect, ReturnType<typeof sql>>> = {
  gains: sql`made.verdict = 'AC'`,
  loses: sql`previous.verdict = 'AC'`,
  changes: sql`made.verdict <> 'AC' and previous.verdict <> 'AC'`,
};

/** Submissions whose verdict changes, newest first, one more than the limit. */
export async function listChanges(
  db: Kysely<Database>,
  id: string,
  { effect, before, limit }: ChangesPage,
): Promise<readonly Change[]> {
  const { rows } = await sql<Change>`
    select submissions.id as "submissionId", submitter, problems.name as "problemName",
      language_id as "languageId", previous.verdict as from, made.verdict as to,
      previous.id as "previousJudgementId", made.id as "judgementId"
    from judgements as made
    join judgements as previous on previous.id = made.replaces_id
    join submissions on submissions.id = made.submission_id
    join problems on problems.id = submissions.problem_id
    where made.rejudging_id = ${id} and made.state = 'finished'
      and made.verdict <> previous.verdict
      and ${effect === undefined ? sql`true` : EFFECT_CONDITIONS[effect]}
      and ${before === undefined ? sql`true` : sql`made.submission_id < ${before}`}
    order by made.submission_id desc limit ${limit + 1}
  `.execute(db);
  return rows;
}

/** Whom a change helps, and whom it harms. */
export function effectOf({ from, to }: Pick<Transition, 'from' | 'to'>): Effect | 'none' {
  if (from === to) return 'none';
  if (to === 'AC') return 'gains';
  return from === 'AC' ? 'loses' : 'changes';
}
