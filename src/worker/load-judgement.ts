import type { Kysely } from 'kysely';
import type { Database, JudgementState } from '../database/schema.js';
import { sourceOf, type StagedFile } from '../judging/bytes.js';
import type { JudgingMode } from '../judging/judgement.js';
import type { Run } from '../judging/run.js';
import type { VersionOfPackage } from '../problems/version-packages.js';

/** All that judging needs of the rows. */
export interface JudgementToDo {
  readonly submissionId: string;
  readonly state: JudgementState;
  readonly languageId: string;
  readonly entryPoint: string | null;
  readonly mode: JudgingMode;
  readonly files: readonly StagedFile[];
  readonly version: VersionOfPackage;
  readonly versionId: string;
  /** May runs of earlier judgements be taken over, or only those of this one? */
  readonly incremental: boolean;
}

/** @returns undefined when there is no such judgement (any more). */
export async function loadJudgement(
  db: Kysely<Database>,
  id: string,
): Promise<JudgementToDo | undefined> {
  const row = await db
    .selectFrom('judgements')
    .innerJoin('submissions', 'submissions.id', 'judgements.submission_id')
    .innerJoin('problem_versions', 'problem_versions.id', 'judgements.version_id')
    .innerJoin('problems', 'problems.id', 'problem_versions.problem_id')
    .leftJoin('rejudgings', 'rejudgings.id', 'judgements.rejudging_id')
    .select([
      'judgements.submission_id',
      'judgements.state',
      'judgements.version_id',
      'submissions.language_id',
      'submissions.entry_point',
      'submissions.mode',
      'problems.name',
      'problem_versions.archive_sha256',
      'problem_versions.package_hash',
      'problem_versions.cpu_time_limit_ms',
      'rejudgings.incremental',
    ])
    .where('judgements.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    submissionId: row.submission_id,
    state: row.state,
    languageId: row.language_id,
    entryPoint: row.entry_point,
    mode: row.mode,
    files: await loadFiles(db, row.submission_id),
    versionId: row.version_id,
    version: {
      name: row.name,
      archiveSha256: row.archive_sha256,
      packageHash: row.package_hash,
      cpuTimeLimitMs: row.cpu_time_limit_ms,
    },
    incremental: row.incremental ?? false,
  };
}

async function loadFiles(
  db: Kysely<Database>,
  submissionId: string,
): Promise<readonly StagedFile[]> {
  const rows = await db
    .selectFrom('submission_files')
    .select(['name', 'content'])
    .where('submission_id', '=', submissionId)
    .orderBy('ordinal')
    .execute();
  return rows.map(({ name, content }) => ({
    name,
    executable: false,
    content: sourceOf(content),
  }));
}

export interface EarlierRun {
  readonly run: Run;
  /** Of another judgement than the one that asks. */
  readonly taken: boolean;
}

/**
 * The runs of a submission that are known, by key. Judging errors are none.
 * @param incremental also those of its other judgements.
 */
export async function loadEarlierRuns(
  db: Kysely<Database>,
  judgementId: string,
  { submissionId, incremental }: JudgementToDo,
): Promise<ReadonlyMap<string, EarlierRun>> {
  let query = db
    .selectFrom('runs')
    .innerJoin('judgements', 'judgements.id', 'runs.judgement_id')
    .select(['runs.run_key', 'runs.run', 'judgements.id'])
    .where('judgements.submission_id', '=', submissionId)
    .where('runs.verdict', '!=', 'JE')
    .orderBy('judgements.id');
  if (!incremental) query = query.where('judgements.id', '=', judgementId);
  const rows = await query.execute();
  return new Map(
    rows.map(({ run_key, run, id }) => [run_key, { run: run as Run, taken: id !== judgementId }]),
  );
}
