import { sql, type Kysely } from 'kysely';
import type { Database, Lane } from '../database/schema.js';
import type { Verdict } from '../judging/verdict.js';

/** What is measured of a judgement. */
export interface FinishedJudgement {
  readonly id: string;
  readonly finishedAt: Date;
  readonly verdict: Verdict;
  readonly lane: Lane;
  readonly languageId: string;
  readonly attempts: number;
  readonly queuedS: number;
  readonly judgingS: number;
  /** null: nothing was compiled, or what came of it was known. */
  readonly compilingS: number | null;
  /** Of the runs that were not taken over. */
  readonly runs: number;
  readonly runsCpuS: number;
  readonly runsWallS: number;
}

/** The first ones that finished after this, in order of their ends. */
export async function finishedSince(
  db: Kysely<Database>,
  after: Date,
  limit: number,
): Promise<readonly FinishedJudgement[]> {
  const { rows } = await sql<FinishedJudgement>`
    select judgements.id, judgements.finished_at as "finishedAt", verdict, judgements.lane,
      language_id as "languageId", attempt as attempts,
      ${seconds(sql`judgements.started_at - queued_at`)} as "queuedS",
      ${seconds(sql`judgements.finished_at - judgements.started_at`)} as "judgingS",
      (compilation->>'wallTimeMs')::float8 / 1000 as "compilingS",
      ran.count::integer as runs, ran.cpu_ms / 1000 as "runsCpuS", ran.wall_ms / 1000 as "runsWallS"
    from judgements
      join submissions on submissions.id = submission_id
      cross join lateral (
        select count(*) as count, coalesce(sum(cpu_time_ms), 0) as cpu_ms,
          coalesce(sum(wall_time_ms), 0) as wall_ms
        from runs where judgement_id = judgements.id and not taken_over
      ) as ran
    where judgements.state = 'finished' and judgements.finished_at >= ${after}
    order by judgements.finished_at limit ${limit}`.execute(db);
  return rows;
}

function seconds(interval: ReturnType<typeof sql>) {
  return sql`greatest(coalesce(extract(epoch from ${interval}), 0), 0)::float8`;
}

export async function databaseNow(db: Kysely<Database>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now()`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the database has no time');
  return row.now;
}
