import { Inject, Injectable } from '@nestjs/common';
import { JudgeError } from '../errors.js';
import { isLastEvent } from '../events/event-type.js';
import { pageOf, readCursor, type Page } from '../http/page.js';
import { JudgementsRepository, type Reader } from '../judgements/judgements.repository.js';
import type { VerdictView } from '../judgements/verdict-view.js';
import { QueueEstimate } from './queue-estimate.js';
import { toSubmissionDto, type SubmissionDto } from './submission.dto.js';
import type { SubmissionsQuery } from './submissions.query.js';
import type { SubmissionRow } from './submission-row.js';
import { SubmissionsRepository } from './submissions.repository.js';
import { VerdictWait } from './verdict-wait.js';

export interface Wanted {
  readonly reader: Reader;
  readonly view: VerdictView;
  /** How long the verdict may take to come. */
  readonly waitMs: number;
  /** Is the place in the queue wanted? Counting costs more the longer the queue is. */
  readonly position: boolean;
  readonly signal: AbortSignal;
}

/** Shows submissions to those who may see them. */
@Injectable()
export class SubmissionsService {
  readonly #submissions: SubmissionsRepository;
  readonly #judgements: JudgementsRepository;
  readonly #estimate: QueueEstimate;
  readonly #wait: VerdictWait;

  constructor(
    @Inject(SubmissionsRepository) submissions: SubmissionsRepository,
    @Inject(JudgementsRepository) judgements: JudgementsRepository,
    @Inject(QueueEstimate) estimate: QueueEstimate,
    @Inject(VerdictWait) wait: VerdictWait,
  ) {
    this.#submissions = submissions;
    this.#judgements = judgements;
    this.#estimate = estimate;
    this.#wait = wait;
  }

  /** @throws JudgeError `not-found`, also for what is somebody else's. */
  async find(id: string, reader: Reader): Promise<SubmissionRow> {
    const row = await this.#submissions.find(id, reader);
    if (row === undefined) throw new JudgeError('not-found', 'no submission has this id');
    return row;
  }

  async get(id: string, wanted: Wanted): Promise<SubmissionDto> {
    const { reader, view, waitMs, signal } = wanted;
    const row = await this.find(id, reader);
    const judgement = (await this.#judgements.current([id])).get(id);
    const isPending = judgement?.state === 'queued' || judgement?.state === 'judging';
    if (isPending && waitMs > 0) {
      // Whatever it is woken by: the answer is what is stored then.
      await this.#wait.finished(id, row.last_event, { timeoutMs: waitMs, signal });
      return await this.get(id, { ...wanted, waitMs: 0 });
    }
    const position =
      wanted.position && judgement?.state === 'queued'
        ? await this.#estimate.of(judgement.job_id)
        : null;
    return toSubmissionDto({ row, judgement, position }, { staff: reader.staff, view });
  }

  async list(query: SubmissionsQuery, reader: Reader): Promise<Page<SubmissionDto>> {
    const { limit, view, cursor } = query;
    const filter = {
      accountId: reader.staff ? query.account_id : reader.accountId,
      submitter: query.submitter,
      problemName: query.problem_id,
      languageId: query.language_id,
      verdict: query.verdict,
      state: query.state,
    };
    const rows = await this.#submissions.list(filter, {
      before: readCursor(cursor),
      limit: limit + 1,
    });
    const judgements = await this.#judgements.current(rows.map(({ id }) => id));
    return pageOf(rows, limit, ({ id }) => id).map((row) =>
      toSubmissionDto({ row, judgement: judgements.get(row.id) }, { staff: reader.staff, view }),
    );
  }

  async files(id: string, reader: Reader) {
    await this.find(id, reader);
    return await this.#submissions.files(id);
  }

  /** Has whoever saw this event seen all that will come, unless it is judged again? */
  async isOver({ id, last_event: last }: SubmissionRow, lastSeen: number): Promise<boolean> {
    if (last > lastSeen) return false;
    const type = await this.#submissions.eventType(id, last);
    return type !== undefined && isLastEvent(type);
  }
}
