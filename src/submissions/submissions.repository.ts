import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import type { Reader } from '../judgements/judgements.repository.js';
import { listSubmissions, type PageWanted, type SubmissionFilter } from './list-submissions.js';
import type { SubmissionRow } from './submission-row.js';

@Injectable()
export class SubmissionsRepository {
  readonly #db: Kysely<Database>;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  async find(id: string, { accountId, staff }: Reader): Promise<SubmissionRow | undefined> {
    let query = this.#db
      .selectFrom('submissions')
      .innerJoin('problems', 'problems.id', 'submissions.problem_id')
      .select([
        'submissions.id',
        'submissions.account_id',
        'submissions.submitter',
        'problems.name as problem_name',
        'submissions.language_id',
        'submissions.entry_point',
        'submissions.mode',
        'submissions.lane',
        'submissions.source_bytes',
        'submissions.last_event',
        'submissions.created_at',
      ])
      .where('submissions.id', '=', id);
    if (!staff) query = query.where('submissions.account_id', '=', accountId);
    return await query.executeTakeFirst();
  }

  /** Newest first. */
  async list(filter: SubmissionFilter, page: PageWanted): Promise<readonly SubmissionRow[]> {
    return await listSubmissions(this.#db, filter, page);
  }

  async files(submissionId: string) {
    return await this.#db
      .selectFrom('submission_files')
      .select(['name', 'sha256', 'content'])
      .where('submission_id', '=', submissionId)
      .orderBy('ordinal')
      .execute();
  }

  async eventType(submissionId: string, sequence: number): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('events')
      .select('type')
      .where('submission_id', '=', submissionId)
      .where('sequence', '=', sequence)
      .executeTakeFirst();
    return row?.type;
  }
}
