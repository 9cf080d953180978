import { sql, type Kysely, type Transaction } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';
import { inTransaction } from '../database/transaction.js';
import { JudgeError } from '../errors.js';
import type { Queue } from '../queue/queue.js';
import { filterConditions, type RejudgingFilter } from './rejudging-filter.js';

type Tx = Transaction<Database>;

export interface NewRejudging {
  readonly reason: string;
  readonly filter: RejudgingFilter;
  /**
   * Number of the version to judge against; own: each against the one it was judged against.
   * undefined: the published one of a problem that is named, else own.
   */
  readonly version: number | 'own' | undefined;
  /** undefined: where the version is another than the one judged against. */
  readonly incremental: boolean | undefined;
  readonly accountId: string;
}

/** One judgement each: more are to be rejudged in parts. */
const MOST = 100_000;
const BATCH = 1000;
/** Two rejudgings are made one after the other, so that they see each other. */
const LOCK_KEY = 5_206_811_306;

interface Candidate {
  readonly submissionId: string;
  readonly judgementId: string;
  readonly versionId: string;
}

/**
 * Judges a set of submissions again, without anybody seeing it yet: all judgements are queued in one
 * transaction, or none. Those that are being judged anyway are left out.
 * @throws JudgeError `bad-usage` for a version that is none, `conflict` when nothing fits the filter
 *   or another rejudging that is not over holds one of the submissions.
 */
export async function createRejudging(
  db: Kysely<Database>,
  queue: Queue,
  order: NewRejudging,
): Promise<string> {
  return await inTransaction(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_KEY)})`.execute(tx);
    const versionId = await chosenVersion(tx, order);
    const candidates = await findCandidates(tx, order.filter);
    await refuseOverlap(tx, candidates);
    const id = newId();
    const differs = candidates.some((each) => versionId !== null && each.versionId !== versionId);
    await tx
      .insertInto('rejudgings')
      .values({
        id,
        created_by: order.accountId,
        reason: order.reason,
        filter: JSON.stringify(order.filter),
        version_id: versionId,
        incremental: order.incremental ?? differs,
      })
      .execute();
    for (let start = 0; start < candidates.length; start += BATCH) {
      await queueBatch(tx, queue, id, versionId, candidates.slice(start, start + BATCH));
    }
    await appendAudit(tx, {
      actor: order.accountId,
      action: 'rejudging.create',
      object: id,
      details: {
        reason: order.reason,
        submissions: candidates.length,
      },
    });
    return id;
  });
}

async function chosenVersion(tx: Tx, { filter, version }: NewRejudging): Promise<string | null> {
  if (version === 'own') return null;
  const { problemId } = filter;
  if (problemId === undefined) {
    if (version === undefined) return null;
    throw new JudgeError(
      'bad-usage',
      'version needs filter.problem_id: it is a number of one problem',
    );
  }
  const problem = await tx
    .selectFrom('problems')
    .select(['id', 'published_version_id'])
    .where('name', '=', problemId)
    .executeTakeFirst();
  if (problem === undefined) {
    throw new JudgeError('unknown-problem', 'filter.problem_id names no problem');
  }
  if (version === undefined) return problem.published_version_id;
  const chosen = await tx
    .selectFrom('problem_versions')
    .select(['id', 'cpu_time_limit_ms'])
    .where('problem_id', '=', problem.id)
    .where('number', '=', version)
    .executeTakeFirst();
  if (chosen === undefined) {
    throw new JudgeError('bad-usage', `version: ${problemId} has no version ${version}`);
  }
  if (chosen.cpu_time_limit_ms === null) {
    throw new JudgeError('conflict', `version ${version} of ${problemId} has no time limit yet`);
  }
  return chosen.id;
}

async function findCandidates(tx: Tx, filter: RejudgingFilter): Promise<readonly Candidate[]> {
  const { rows } = await sql<Candidate>`
    select submissions.id as "submissionId", judgements.id as "judgementId",
      judgements.version_id as "versionId"
    from submissions
    join problems on problems.id = submissions.problem_id
    join judgements on judgements.submission_id = submissions.id and judgements.current
    where judgements.state = 'finished' and ${filterConditions(filter)}
    order by submissions.id
    limit ${MOST + 1}
  `.execute(tx);
  if (rows.length > MOST) {
    throw new JudgeError('conflict', `more than ${MOST} submissions fit the filter: narrow it`);
  }
  if (rows.length > 0) return rows;
  throw new JudgeError('conflict', 'no submission that has been judged fits the filter');
}

/** Two that touch one submission could not both say what it was before. */
async function refuseOverlap(tx: Tx, candidates: readonly Candidate[]): Promise<void> {
  const { rows } = await sql<{ id: string; count: number }>`
    select rejudgings.id, count(*)::integer as count
    from unnest(${candidates.map(({ submissionId }) => submissionId)}::uuid[]) as chosen (id)
    join judgements on judgements.submission_id = chosen.id
    join rejudgings on rejudgings.id = judgements.rejudging_id
    where rejudgings.state in ('computing', 'ready')
    group by rejudgings.id order by rejudgings.id limit 1
  `.execute(tx);
  const [other] = rows;
  if (other === undefined) return;
  throw new JudgeError(
    'conflict',
    `${other.count} of the submissions are in the rejudging ${other.id}: apply or cancel it first`,
  );
}

async function queueBatch(
  tx: Tx,
  queue: Queue,
  rejudgingId: string,
  versionId: string | null,
  candidates: readonly Candidate[],
): Promise<void> {
  const ids = candidates.map(() => newId());
  const jobIds = await queue.enqueueAll(
    tx,
    ids.map((id) => ({ kind: 'judgement', id, lane: 'rejudge', pending: 0 })),
  );
  await sql`
    insert into judgements (id, submission_id, version_id, rejudging_id, replaces_id, current, lane,
      fair_share_key, job_id)
    select id, submission_id, version_id, ${rejudgingId}, replaces_id, false, 'rejudge',
      ${`rejudging:${rejudgingId}`}, job_id
    from unnest(
      ${ids}::uuid[],
      ${candidates.map(({ submissionId }) => submissionId)}::uuid[],
      ${candidates.map((each) => versionId ?? each.versionId)}::uuid[],
      ${candidates.map(({ judgementId }) => judgementId)}::uuid[],
      ${jobIds}::uuid[]
    ) as made (id, submission_id, version_id, replaces_id, job_id)
  `.execute(tx);
}
