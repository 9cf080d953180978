import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';

/** An event as clients are told it. */
export interface StoredEvent {
  readonly submissionId: string;
  readonly sequence: number;
  readonly type: string;
  /** One line of JSON, made by the database: many clients get the same text. */
  readonly json: string;
}

export interface EventsWanted {
  readonly submissionId: string;
  /** The events after this number. */
  readonly after: number;
}

/** Of one submission at a time; whoever gets as many asks again. */
export const EVENTS_PAGE = 200;

/** For many submissions at once, each in order. */
export async function eventsAfter(
  db: Kysely<Database>,
  wanted: readonly EventsWanted[],
): Promise<readonly StoredEvent[]> {
  const { rows } = await sql<StoredEvent>`
    select wanted.id as "submissionId", sequence, type, json
    from unnest(
      ${wanted.map(({ submissionId }) => submissionId)}::uuid[],
      ${wanted.map(({ after }) => after)}::integer[]
    ) as wanted (id, after)
    cross join lateral (
      select sequence, type, (
        jsonb_build_object(
          'submission_id', submission_id,
          'judgement_id', judgement_id,
          'time', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        ) || data
      )::text as json
      from events where submission_id = wanted.id and sequence > wanted.after
      order by sequence limit ${EVENTS_PAGE}
    ) as event
    order by wanted.id, sequence
  `.execute(db);
  return rows;
}

/** Those of the submissions that have events after the given number. */
export async function submissionsAhead(
  db: Kysely<Database>,
  wanted: readonly EventsWanted[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select submissions.id
    from unnest(
      ${wanted.map(({ submissionId }) => submissionId)}::uuid[],
      ${wanted.map(({ after }) => after)}::integer[]
    ) as wanted (id, after)
    join submissions on submissions.id = wanted.id
    where last_event > wanted.after
  `.execute(db);
  return rows.map(({ id }) => id);
}
