import { Inject, Injectable } from '@nestjs/common';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { selectJudgements, type JudgementRow } from './judgement-row.js';
import type { RunRow } from './run.dto.js';

/** Who asks: staff, or the owner of a submission, who sees what is or was current. */
export interface Reader {
  readonly accountId: string;
  readonly staff: boolean;
}

@Injectable()
export class JudgementsRepository {
  readonly #db: Kysely<Database>;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  /** By submission. */
  async current(submissionIds: readonly string[]): Promise<ReadonlyMap<string, JudgementRow>> {
    if (submissionIds.length === 0) return new Map();
    const rows = await selectJudgements(this.#db)
      .where('judgements.submission_id', 'in', submissionIds)
      .where('judgements.current', '=', true)
      .execute();
    return new Map(rows.map((row) => [row.submission_id, row]));
  }

  async find(id: string, reader: Reader): Promise<JudgementRow | undefined> {
    return await selectJudgements(this.#db)
      .where('judgements.id', '=', id)
      .where((where) => this.#visible(where, reader))
      .executeTakeFirst();
  }

  /** Newest first. */
  async ofSubmission(
    submissionId: string,
    reader: Reader,
    { before, limit }: { readonly before: string | undefined; readonly limit: number },
  ): Promise<readonly JudgementRow[]> {
    let query = selectJudgements(this.#db)
      .where('judgements.submission_id', '=', submissionId)
      .where((where) => this.#visible(where, reader));
    if (before !== undefined) query = query.where('judgements.id', '<', before);
    return await query.orderBy('judgements.id', 'desc').limit(limit).execute();
  }

  /** By ordinal. */
  async runs(
    judgementId: string,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<readonly RunRow[]> {
    return await this.#db
      .selectFrom('runs')
      .select(['judgement_id', 'ordinal', 'run', 'taken_over', 'finished_at'])
      .where('judgement_id', '=', judgementId)
      .where('ordinal', '>', after)
      .orderBy('ordinal')
      .limit(limit)
      .execute();
  }

  /** A rejudging that is not applied, or never was, is for staff. */
  #visible(
    where: ExpressionBuilder<Database, 'judgements' | 'problem_versions'>,
    { accountId, staff }: Reader,
  ) {
    if (staff) return where.lit(true);
    return where.and([
      where.exists(
        where
          .selectFrom('submissions')
          .select('submissions.id')
          .whereRef('submissions.id', '=', 'judgements.submission_id')
          .where('submissions.account_id', '=', accountId),
      ),
      where.or([
        where('judgements.current', '=', true),
        where('judgements.rejudging_id', 'is', null),
        where.exists(
          where
            .selectFrom('rejudgings')
            .select('rejudgings.id')
            .whereRef('rejudgings.id', '=', 'judgements.rejudging_id')
            .where('rejudgings.state', '=', 'applied'),
        ),
      ]),
    ]);
  }
}
