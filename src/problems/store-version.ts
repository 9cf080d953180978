import { sql, type Kysely, type Transaction } from 'kysely';
import { inTransaction } from '../database/transaction.js';
import { appendAudit } from '../database/audit.js';
import { keepBlobs } from '../database/blob-lock.js';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';
import { blobUnavailable, type Blobs, type StoredBlob } from '../blobs/blobs.js';
import type { Queue } from '../queue/queue.js';
import type { ProblemPackage } from './problem-package.js';
import type { ProblemSummary } from './problem-summary.js';

type Tx = Transaction<Database>;

export interface NewVersion {
  /** The problem's short name. */
  readonly name: string;
  readonly problemPackage: ProblemPackage;
  readonly summary: ProblemSummary;
  readonly archive: StoredBlob;
  readonly accountId: string;
  /** Publish it as soon as its verification is green. */
  readonly publishWhenGreen: boolean;
  /** Publish it at once, for this reason; a version with a time limit is not verified then. */
  readonly publishedBecause?: string;
}

export interface StoredVersion {
  readonly id: string;
  readonly number: number;
  /** false: the problem had a version of this content already. */
  readonly created: boolean;
}

/**
 * Makes the next version of a problem, and the problem with its first. Whoever uploads the same
 * problem meanwhile waits; the same content again is the version that it is already.
 */
export async function storeVersion(
  db: Kysely<Database>,
  { queue, blobs }: { readonly queue: Queue; readonly blobs: Blobs },
  version: NewVersion,
): Promise<StoredVersion> {
  return await inTransaction(db, async (tx) => {
    const problemId = await lockProblem(tx, version.name);
    const { packageHash } = version.problemPackage;
    const same = await tx
      .selectFrom('problem_versions')
      .select(['id', 'number'])
      .where('problem_id', '=', problemId)
      .where('package_hash', '=', packageHash)
      .executeTakeFirst();
    if (same !== undefined) return { ...same, created: false };
    await keepBlobs(tx);
    await haveAll(blobs, version);
    return await insertVersion(tx, queue, problemId, version);
  });
}

/** The same files may have been there before, unused, and swept since they were put. */
async function haveAll(blobs: Blobs, { archive, summary }: NewVersion): Promise<void> {
  const { statements, samples } = summary;
  const stored = [
    archive,
    ...statements,
    ...samples.flatMap(({ input, answer }) => [input, answer]),
  ];
  for (const sha256 of new Set(stored.map((blob) => blob.sha256))) {
    if (!(await blobs.exists(sha256))) throw blobUnavailable(sha256, 'was swept: try again');
  }
}

async function insertVersion(
  tx: Tx,
  queue: Queue,
  problemId: string,
  version: NewVersion,
): Promise<StoredVersion> {
  const { name, problemPackage, summary, archive, accountId } = version;
  const { problem, timeLimit, notices, packageHash } = problemPackage;
  const { last } = await tx
    .selectFrom('problem_versions')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('problem_id', '=', problemId)
    .executeTakeFirstOrThrow();
  const id = newId();
  const number = ((last as number | null) ?? 0) + 1;
  const publishNow = version.publishedBecause !== undefined && timeLimit.kind === 'stated';
  await tx
    .insertInto('problem_versions')
    .values({
      id,
      problem_id: problemId,
      number,
      title: problem.name === problem.id ? name : problem.name,
      package_hash: packageHash,
      archive_sha256: archive.sha256,
      archive_bytes: archive.sizeBytes,
      state: publishNow ? 'unverified' : 'verifying',
      summary: JSON.stringify(summary),
      notices: JSON.stringify(notices),
      cpu_time_limit_ms: timeLimit.kind === 'stated' ? timeLimit.cpuTimeMs : null,
      created_by: accountId,
    })
    .execute();
  if (publishNow) await setPublished(tx, problemId, id, version.publishedBecause);
  else await requestVerification(tx, queue, id, version.publishWhenGreen);
  await appendAudit(tx, {
    actor: accountId,
    action: 'problem.upload',
    object: `${name}/versions/${number}`,
    details: { packageHash },
  });
  return { id, number, created: true };
}

/** The problem's row, made where there is none, and locked until the end of the transaction. */
async function lockProblem(tx: Tx, name: string): Promise<string> {
  await tx
    .insertInto('problems')
    .values({ id: newId(), name })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { id } = await tx
    .selectFrom('problems')
    .select('id')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return id;
}

/** Queues a verification of the version. */
export async function requestVerification(
  tx: Tx,
  queue: Queue,
  versionId: string,
  publishWhenGreen: boolean,
): Promise<string> {
  const id = newId();
  const jobId = await queue.enqueue(tx, {
    kind: 'verification',
    id,
    lane: 'verification',
    pending: 0,
  });
  await tx
    .insertInto('verifications')
    .values({
      id,
      version_id: versionId,
      job_id: jobId,
      publish_when_green: publishWhenGreen,
    })
    .execute();
  return id;
}

/** What is submitted from now on is judged against this version. */
export async function setPublished(
  tx: Tx,
  problemId: string,
  versionId: string,
  overrideReason?: string,
): Promise<void> {
  await tx
    .updateTable('problem_versions')
    .set({ published_at: sql`now()`, override_reason: overrideReason ?? null })
    .where('id', '=', versionId)
    .execute();
  await tx
    .updateTable('problems')
    .set({ published_version_id: versionId })
    .where('id', '=', problemId)
    .execute();
}
