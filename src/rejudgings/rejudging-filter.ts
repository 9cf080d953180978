import { sql, type RawBuilder } from 'kysely';
import type { Verdict } from '../judging/verdict.js';

/** Which submissions are judged again: those that everything stated fits. */
export interface RejudgingFilter {
  /** Short name. */
  readonly problemId?: string;
  readonly languageId?: string;
  /** Of their current judgements. */
  readonly verdicts?: readonly Verdict[];
  readonly submissionIds?: readonly string[];
  readonly submitter?: string;
  /** Submitted at this time or later, ISO 8601. */
  readonly from?: string;
  /** Submitted before this time. */
  readonly to?: string;
}

/** Conditions on `submissions`, their `problems` and the current `judgements`. */
export function filterConditions(filter: RejudgingFilter): RawBuilder<unknown> {
  const conditions = [
    ...ifGiven(filter.problemId, (name) => sql`problems.name = ${name}`),
    ...ifGiven(filter.languageId, (id) => sql`submissions.language_id = ${id}`),
    ...ifGiven(filter.verdicts, (verdicts) => sql`judgements.verdict = any (${verdicts}::text[])`),
    ...ifGiven(filter.submissionIds, (ids) => sql`submissions.id = any (${ids}::uuid[])`),
    ...ifGiven(filter.submitter, (name) => sql`submissions.submitter = ${name}`),
    ...ifGiven(filter.from, (time) => sql`submissions.created_at >= ${time}::timestamptz`),
    ...ifGiven(filter.to, (time) => sql`submissions.created_at < ${time}::timestamptz`),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

function ifGiven<T>(
  value: T | undefined,
  condition: (value: T) => RawBuilder<unknown>,
): readonly RawBuilder<unknown>[] {
  return value === undefined ? [] : [condition(value)];
}
