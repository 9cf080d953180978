import { sql, type Kysely } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { inTransaction } from '../database/transaction.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { printable } from './plain-name.js';
import { isProblemSlug } from './problem-slug.js';
import type { ProblemSummary } from './problem-summary.js';

/** A problem with the version that is shown of it. */
export interface ShownProblem {
  readonly id: string;
  readonly name: string;
  readonly archived: boolean;
  /** The version that is shown is the published one. */
  readonly published: boolean;
  readonly number: number;
  readonly title: string;
  readonly cpuTimeLimitMs: number | null;
  readonly summary: ProblemSummary;
}

/** staff see what is not published or archived, too. */
export type Viewer = 'solver' | 'staff';

export interface PageOfRows {
  /** Ids before this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** The problems that a viewer may see, newest first, one more than the limit. */
export async function listProblems(
  db: Kysely<Database>,
  viewer: Viewer,
  { before, limit }: PageOfRows,
): Promise<readonly ShownProblem[]> {
  let query = shownProblems(db, viewer)
    .orderBy('problems.id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('problems.id', '<', before);
  return (await query.execute()).map(toShown);
}

/** @throws JudgeError `not-found`, also for what this viewer must not know of. */
export async function findProblem(
  db: Kysely<Database>,
  viewer: Viewer,
  name: string,
  version?: number,
): Promise<ShownProblem> {
  const row = isProblemSlug(name)
    ? await shownProblems(db, viewer, version).where('problems.name', '=', name).executeTakeFirst()
    : undefined;
  if (row === undefined) throw noProblem(name);
  return toShown(row);
}

export function noProblem(name: string): JudgeError {
  return new JudgeError('not-found', `no problem is called ${printable(name)}`);
}

/** Solvers get the published version; staff the one asked for, else that, else the newest. */
function shownProblems(db: Kysely<Database>, viewer: Viewer, version?: number) {
  const newest = sql<string>`(
    select newest.id from problem_versions as newest
    where newest.problem_id = problems.id order by number desc limit 1
  )`;
  const asked = sql<string>`(
    select asked.id from problem_versions as asked
    where asked.problem_id = problems.id and asked.number = ${version ?? 0}
  )`;
  const shown =
    viewer === 'solver'
      ? sql<string>`published_version_id`
      : version === undefined
        ? sql<string>`coalesce(published_version_id, ${newest})`
        : asked;
  const query = db
    .selectFrom('problems')
    .innerJoin('problem_versions', (join) => join.on('problem_versions.id', '=', shown))
    .select([
      'problems.id',
      'problems.name',
      'problems.archived_at',
      'problems.published_version_id',
      'problem_versions.id as versionId',
      'problem_versions.number',
      'problem_versions.title',
      'problem_versions.cpu_time_limit_ms',
      'problem_versions.summary',
    ]);
  return viewer === 'solver' ? query.where('problems.archived_at', 'is', null) : query;
}

type ShownRow = Awaited<ReturnType<ReturnType<typeof shownProblems>['executeTakeFirstOrThrow']>>;

function toShown(row: ShownRow): ShownProblem {
  return {
    id: row.id,
    name: row.name,
    archived: row.archived_at !== null,
    published: row.versionId === row.published_version_id,
    number: row.number,
    title: row.title,
    cpuTimeLimitMs: row.cpu_time_limit_ms,
    summary: row.summary as ProblemSummary,
  };
}

/** Archived problems are hidden from solvers, and take no submissions. */
export async function setArchived(
  db: Kysely<Database>,
  name: string,
  archived: boolean,
  accountId: string,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const changed = await tx
      .updateTable('problems')
      .set({ archived_at: archived ? sql`coalesce(archived_at, now())` : null })
      .where('name', '=', name)
      .returning('id')
      .executeTakeFirst();
    if (changed === undefined) throw noProblem(name);
    await appendAudit(tx, {
      actor: accountId,
      action: archived ? 'problem.archive' : 'problem.unarchive',
      object: name,
    });
  });
}
