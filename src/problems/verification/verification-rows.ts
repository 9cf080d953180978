import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.js';
import type { VersionOfPackage } from '../version-packages.js';
import type { NumberedResult } from './verify-package.js';
import type { ResultDetail } from './verification-result.js';

export interface VerificationToDo extends VersionOfPackage {
  readonly versionId: string;
  readonly problemId: string;
  readonly publishWhenGreen: boolean;
  /** What an earlier attempt found. */
  readonly results: readonly NumberedResult[];
}

/** What a verification needs of the tables. */
export async function loadVerification(
  db: Kysely<Database>,
  id: string,
): Promise<VerificationToDo> {
  const row = await db
    .selectFrom('verifications')
    .innerJoin('problem_versions', 'problem_versions.id', 'verifications.version_id')
    .innerJoin('problems', 'problems.id', 'problem_versions.problem_id')
    .select([
      'verifications.version_id as versionId',
      'verifications.publish_when_green as publishWhenGreen',
      'problem_versions.archive_sha256 as archiveSha256',
      'problem_versions.package_hash as packageHash',
      'problem_versions.cpu_time_limit_ms as cpuTimeLimitMs',
      'problems.id as problemId',
      'problems.name',
    ])
    .where('verifications.id', '=', id)
    .executeTakeFirstOrThrow();
  return { ...row, results: await verificationResults(db, id) };
}

/** In order. */
export async function verificationResults(
  db: Kysely<Database>,
  id: string,
): Promise<readonly NumberedResult[]> {
  const rows = await db
    .selectFrom('verification_results')
    .select(['ordinal', 'subject', 'ok', 'detail'])
    .where('verification_id', '=', id)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => ({ ...row, detail: row.detail as ResultDetail }));
}
