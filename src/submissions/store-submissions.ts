import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database, Lane } from '../database/schema.js';
import { inTransaction } from '../database/transaction.js';
import { deliveries } from '../events/append-events.js';
import type { EventType } from '../events/event-type.js';
import type { JudgingMode } from '../judging/judgement.js';
import type { Queue } from '../queue/queue.js';
import type { SourceFile } from './source-file.js';

export interface NewSubmission {
  readonly id: string;
  readonly judgementId: string;
  readonly accountId: string;
  readonly submitter: string;
  readonly problemId: string;
  readonly versionId: string;
  readonly languageId: string;
  readonly entryPoint: string | null;
  readonly mode: JudgingMode;
  readonly lane: Lane;
  readonly files: readonly (SourceFile & { readonly sha256: string })[];
  readonly sourceBytes: number;
  /** What clients are told at once. */
  readonly event: object;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
}

/** undefined: the key was there already, and nothing was stored. */
export type StoredAt = Date | undefined;

/** Submitters with more pending than this are treated like those with as many. */
const PENDING_COUNTED = 500;

/**
 * Stores submissions with all that belongs to them: files, keys, judgements, jobs, events. All or
 * nothing, with four statements however many they are.
 */
export async function storeSubmissions(
  db: Kysely<Database>,
  queue: Queue,
  submissions: readonly NewSubmission[],
): Promise<readonly StoredAt[]> {
  const stored = await inTransaction(db, async (tx) => {
    const rows = await insertSubmissions(tx, submissions);
    const accepted = submissions.filter(({ id }) => rows.has(id));
    if (accepted.length === 0) return rows;
    const jobIds = await queue.enqueueAll(tx, jobsOf(accepted, rows));
    await insertJudgements(tx, accepted, jobIds);
    return rows;
  });
  return submissions.map(({ id }) => stored.get(id)?.createdAt);
}

/** Whose fair share a submission counts against. */
export function fairShareKey({
  accountId,
  submitter,
}: Pick<NewSubmission, 'accountId' | 'submitter'>): string {
  return `${accountId}:${submitter}`;
}

interface InsertedRow {
  readonly id: string;
  readonly createdAt: Date;
  /** Of the same submitter, in the same lane, before this transaction. */
  readonly pending: number;
}

async function insertSubmissions(
  tx: Transaction<Database>,
  submissions: readonly NewSubmission[],
): Promise<ReadonlyMap<string, InsertedRow>> {
  const column = <T>(of: (submission: NewSubmission) => T): readonly T[] => submissions.map(of);
  const files = submissions.flatMap(({ id, files: own }) =>
    own.map((file, index) => ({ ...file, submissionId: id, ordinal: index + 1 })),
  );
  // Keys in order: two transactions with the same ones never wait for each other in a circle.
  const { rows } = await sql<InsertedRow>`
    with given as (
      select * from unnest(
        ${column(({ id }) => id)}::uuid[],
        ${column(({ accountId }) => accountId)}::uuid[],
        ${column(({ submitter }) => submitter)}::text[],
        ${column(({ problemId }) => problemId)}::uuid[],
        ${column(({ versionId }) => versionId)}::uuid[],
        ${column(({ languageId }) => languageId)}::text[],
        ${column(({ entryPoint }) => entryPoint)}::text[],
        ${column(({ mode }) => mode)}::text[],
        ${column(({ lane }) => lane)}::text[],
        ${column(({ sourceBytes }) => sourceBytes)}::integer[],
        ${column(fairShareKey)}::text[],
        ${column(({ idempotency }) => idempotency?.key ?? null)}::text[],
        ${column(({ idempotency }) => idempotency?.requestHash ?? null)}::text[]
      ) as given (id, account_id, submitter, problem_id, version_id, language_id, entry_point,
        mode, lane, source_bytes, fair_share_key, key, request_hash)
    ), keyed as (
      insert into idempotency_keys (account_id, key, request_hash, submission_id)
      select account_id, key, request_hash, id from given where key is not null
      order by account_id, key
      on conflict do nothing
      returning submission_id
    ), accepted as (
      select * from given where key is null or id in (select submission_id from keyed)
    ), submitted as (
      insert into submissions (id, account_id, submitter, problem_id, version_id, language_id,
        entry_point, mode, lane, source_bytes, last_event)
      select id, account_id, submitter, problem_id, version_id, language_id,
        entry_point, mode, lane, source_bytes, 1
      from accepted
      returning id, created_at
    ), filed as (
      insert into submission_files (submission_id, ordinal, name, sha256, content)
      select file.*
      from unnest(
        ${files.map(({ submissionId }) => submissionId)}::uuid[],
        ${files.map(({ ordinal }) => ordinal)}::integer[],
        ${files.map(({ name }) => name)}::text[],
        ${files.map(({ sha256 }) => sha256)}::text[],
        ${files.map(({ content }) => content)}::bytea[]
      ) as file (submission_id, ordinal, name, sha256, content)
      where submission_id in (select id from accepted)
    )
    select id, submitted.created_at as "createdAt", (
      select count(*)::integer from (
        select from judgements
        where judgements.fair_share_key = accepted.fair_share_key
          and judgements.lane = accepted.lane and state in ('queued', 'judging')
        limit ${PENDING_COUNTED}
      ) as counted
    ) as pending
    from submitted join accepted using (id)
  `.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

function jobsOf(submissions: readonly NewSubmission[], rows: ReadonlyMap<string, InsertedRow>) {
  const before = new Map<string, number>();
  return submissions.map((submission) => {
    const { id, judgementId, lane } = submission;
    // Those of the same submitter that are stored together do not see each other.
    const share = `${lane} ${fairShareKey(submission)}`;
    const together = before.get(share) ?? 0;
    before.set(share, together + 1);
    const pending = (rows.get(id)?.pending ?? 0) + together;
    return { kind: 'judgement' as const, id: judgementId, lane, pending };
  });
}

const QUEUED: EventType = 'judgement.queued';

/** Nobody follows a submission that nobody has been told of: nobody is notified. */
async function insertJudgements(
  tx: Transaction<Database>,
  submissions: readonly NewSubmission[],
  jobIds: readonly string[],
): Promise<void> {
  const column = <T>(of: (submission: NewSubmission) => T): readonly T[] => submissions.map(of);
  await sql`
    with given as (
      select * from unnest(
        ${column(({ judgementId }) => judgementId)}::uuid[],
        ${column(({ id }) => id)}::uuid[],
        ${column(({ accountId }) => accountId)}::uuid[],
        ${column(({ versionId }) => versionId)}::uuid[],
        ${column(({ lane }) => lane)}::text[],
        ${column(fairShareKey)}::text[],
        ${jobIds}::uuid[],
        ${column(({ event }) => JSON.stringify(event))}::jsonb[]
      ) as given (id, submission_id, account_id, version_id, lane, fair_share_key, job_id, event)
    ), judged as (
      insert into judgements (id, submission_id, version_id, current, lane, fair_share_key, job_id)
      select id, submission_id, version_id, true, lane, fair_share_key, job_id from given
    ), added as (
      insert into events (submission_id, judgement_id, sequence, type, data)
      select submission_id, id, 1, ${QUEUED}, event from given order by id
      returning id, submission_id, type
    )
    ${deliveries(sql`added join given as numbered using (submission_id)`)}
  `.execute(tx);
}
