import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database, JudgementState, Lane } from '../database/schema.js';
import type { Reader } from '../judgements/judgements.repository.js';
import type { JudgingMode } from '../judging/judgement.js';
import type { Verdict } from '../judging/verdict.js';

/** A submission as it is stored, with the names of what it refers to. */
export interface SubmissionRow {
  readonly id: string;
  readonly account_id: string;
  readonly submitter: string;
  readonly problem_name: string;
  readonly language_id: string;
  readonly entry_point: string | null;
  readonly mode: JudgingMode;
  readonly lane: Lane;
  readonly source_bytes: number;
  readonly last_event: number;
  readonly created_at: Date;
}

/** All that are given hold together. */
export interface SubmissionFilter {
  readonly accountId?: string | undefined;
  readonly submitter?: string | undefined;
  readonly problemName?: string | undefined;
  readonly languageId?: string | undefined;
  /** Of the current judgement. */
  readonly verdict?: Verdict | undefined;
  readonly state?: JudgementState | undefined;
}

export interface PageWanted {
  /** Older than this id. */
  readonly before: string | undefined;
  readonly limit: number;
}

@Injectable()
export class SubmissionsRepository {
  readonly #db: Kysely<Database>;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  async find(id: string, { accountId, staff }: Reader): Promise<SubmissionRow | undefined> {
    let query = this.#select().where('submissions.id', '=', id);
    if (!staff) query = query.where('submissions.account_id', '=', accountId);
    return await query.executeTakeFirst();
  }

  /** Newest first. Each filter has an index in the order of the list. */
  async list(
    filter: SubmissionFilter,
    { before, limit }: PageWanted,
  ): Promise<readonly SubmissionRow[]> {
    const { accountId, submitter, problemName, languageId, verdict, state } = filter;
    let query = this.#select();
    if (accountId !== undefined) query = query.where('submissions.account_id', '=', accountId);
    if (submitter !== undefined) query = query.where('submissions.submitter', '=', submitter);
    if (languageId !== undefined) query = query.where('submissions.language_id', '=', languageId);
    if (problemName !== undefined) {
      // A value, not a join: so the index of problems gives the order.
      const problem = await this.#db
        .selectFrom('problems')
        .select('id')
        .where('name', '=', problemName)
        .executeTakeFirst();
      if (problem === undefined) return [];
      query = query.where('submissions.problem_id', '=', problem.id);
    }
    if (before !== undefined) query = query.where('submissions.id', '<', before);
    if (verdict === undefined && state === undefined) {
      return await query.orderBy('submissions.id', 'desc').limit(limit).execute();
    }
    let judged = query
      .innerJoin('judgements', 'judgements.submission_id', 'submissions.id')
      .where('judgements.current', '=', true);
    if (verdict !== undefined) judged = judged.where('judgements.verdict', '=', verdict);
    if (state !== undefined) judged = judged.where('judgements.state', '=', state);
    // The planner does not see that this follows from the join, and would begin at the newest.
    if (before !== undefined) judged = judged.where('judgements.submission_id', '<', before);
    return await judged.orderBy('judgements.submission_id', 'desc').limit(limit).execute();
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

  #select() {
    return this.#db
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
      ]);
  }
}
