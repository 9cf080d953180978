import type { Kysely, Selectable } from 'kysely';
import type {
  Database,
  VerificationsTable,
  VerificationState,
  VersionState,
} from '../database/schema.js';
import { JudgeError } from '../errors.js';
import type { PackageNotice } from './package-notice.js';
import { noProblem } from './problem-store.js';

export interface Version {
  readonly id: string;
  readonly problemName: string;
  readonly number: number;
  readonly title: string;
  readonly state: VersionState;
  readonly published: boolean;
  readonly publishedAt: Date | null;
  readonly overrideReason: string | null;
  readonly cpuTimeLimitMs: number | null;
  readonly packageHash: string;
  readonly archiveSha256: string;
  readonly archiveBytes: number;
  readonly notices: readonly PackageNotice[];
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** Newest first, one more than the limit. */
export async function listVersions(
  db: Kysely<Database>,
  name: string,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly Version[]> {
  let query = versions(db, name)
    .orderBy('number', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('number', '<', before);
  const rows = await query.execute();
  if (rows.length === 0 && before === undefined) throw noProblem(name);
  return rows.map(toVersion);
}

/** @throws JudgeError `not-found` */
export async function findVersion(
  db: Kysely<Database>,
  name: string,
  number: number,
): Promise<Version> {
  const row = await versions(db, name).where('number', '=', number).executeTakeFirst();
  if (row === undefined) throw new JudgeError('not-found', `${name} has no version ${number}`);
  return toVersion(row);
}

function versions(db: Kysely<Database>, name: string) {
  return db
    .selectFrom('problem_versions')
    .innerJoin('problems', 'problems.id', 'problem_versions.problem_id')
    .innerJoin('accounts', 'accounts.id', 'problem_versions.created_by')
    .selectAll('problem_versions')
    .select([
      'problems.name as problemName',
      'problems.published_version_id',
      'accounts.name as createdBy',
    ])
    .where('problems.name', '=', name);
}

type VersionRow = Awaited<ReturnType<ReturnType<typeof versions>['executeTakeFirstOrThrow']>>;

function toVersion(row: VersionRow): Version {
  return {
    id: row.id,
    problemName: row.problemName,
    number: row.number,
    title: row.title,
    state: row.state,
    published: row.published_version_id === row.id,
    publishedAt: row.published_at,
    overrideReason: row.override_reason,
    cpuTimeLimitMs: row.cpu_time_limit_ms,
    packageHash: row.package_hash,
    archiveSha256: row.archive_sha256,
    archiveBytes: row.archive_bytes,
    notices: row.notices as readonly PackageNotice[],
    createdBy: row.createdBy,
    createdAt: row.created_at,
  };
}

export interface Verification {
  readonly id: string;
  readonly state: VerificationState;
  readonly total: number;
  readonly done: number;
  readonly progress: string;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** The latest of a version; undefined: it was never verified. */
export async function latestVerification(
  db: Kysely<Database>,
  versionId: string,
): Promise<Verification | undefined> {
  const row = await db
    .selectFrom('verifications')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : toVerification(row);
}

export async function findVerification(db: Kysely<Database>, id: string): Promise<Verification> {
  return toVerification(
    await db.selectFrom('verifications').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );
}

function toVerification(row: Selectable<VerificationsTable>): Verification {
  const { id, state, total, done, progress, error } = row;
  return {
    id,
    state,
    total,
    done,
    progress,
    error,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
