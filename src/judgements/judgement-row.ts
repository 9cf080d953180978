import type { Kysely, Selectable } from 'kysely';
import type { Database, JudgementsTable } from '../database/schema.js';

type Columns = Selectable<JudgementsTable>;

/** A judgement as it is stored, with the number of the version it is of. */
export type JudgementRow = Omit<
  Columns,
  'version_id' | 'replaces_id' | 'lane' | 'fair_share_key' | 'recorded'
> & { readonly problem_version: number };

export function selectJudgements(db: Kysely<Database>) {
  return db
    .selectFrom('judgements')
    .innerJoin('problem_versions', 'problem_versions.id', 'judgements.version_id')
    .select([
      'judgements.id',
      'judgements.submission_id',
      'problem_versions.number as problem_version',
      'judgements.rejudging_id',
      'judgements.current',
      'judgements.state',
      'judgements.job_id',
      'judgements.attempt',
      'judgements.worker_id',
      'judgements.verdict',
      'judgements.reason',
      'judgements.test_case',
      'judgements.fault',
      'judgements.cpu_time_ms',
      'judgements.memory_bytes',
      'judgements.test_cases',
      'judgements.compilation',
      'judgements.toolchain',
      'judgements.queued_at',
      'judgements.started_at',
      'judgements.finished_at',
    ]);
}
