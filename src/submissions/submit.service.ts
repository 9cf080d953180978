import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { LanguageRegistry } from '../languages/language-registry.js';
import { QUEUE } from '../queue/queue.module.js';
import type { Queue } from '../queue/queue.js';
import { freshSubmission } from './fresh-submission.js';
import { GroupWriter } from './group-writer.js';
import { findRepeated, sha256, submissionHash } from './idempotency-key.js';
import { problemTerms, type ProblemTerms } from './problem-terms.js';
import type { ProgramBody } from './program-body.js';
import { readProgram, type SubmittedProgram } from './read-program.js';
import { sizeOf } from './source-file.js';
import { storeSubmissions, type NewSubmission, type StoredAt } from './store-submissions.js';
import type { SubmitDto } from './submit.dto.js';
import type { SubmissionParts } from './submission.dto.js';
import { SourceUnpacker } from './unpack-sources.js';

export interface Submitted {
  readonly id: string;
  /** undefined: the key had given this submission before. */
  readonly fresh: SubmissionParts | undefined;
}

/** Takes submissions in: each is stored whole, or not at all. */
@Injectable()
export class SubmitService {
  readonly #db: Kysely<Database>;
  readonly #languages: LanguageRegistry;
  readonly #unpacker: SourceUnpacker;
  readonly #writer: GroupWriter<NewSubmission, StoredAt>;

  constructor(
    @Inject(DATABASE) db: Kysely<Database>,
    @Inject(QUEUE) queue: Queue,
    @Inject(LanguageRegistry) languages: LanguageRegistry,
    @Inject(SourceUnpacker) unpacker: SourceUnpacker,
  ) {
    this.#db = db;
    this.#languages = languages;
    this.#unpacker = unpacker;
    this.#writer = new GroupWriter((submissions) => storeSubmissions(db, queue, submissions));
  }

  /** @throws JudgeError that says what is wrong with the submission; nothing is stored then. */
  async submit(
    principal: Principal,
    body: ProgramBody<SubmitDto>,
    key: string | undefined,
  ): Promise<Submitted> {
    const idempotency =
      key === undefined ? null : { key, requestHash: submissionHash(body.fields, body.files) };
    const before = await this.#repeated(principal, idempotency);
    if (before !== undefined) return { id: before, fresh: undefined };
    checkLane(body.fields, principal);
    const terms = await problemTerms(this.#db, body.fields.problem_id);
    const program = await readProgram(body, terms, this.#languages, this.#unpacker);
    const submission = { ...newSubmission(principal, body.fields, terms, program), idempotency };
    const storedAt = await this.#writer.add(submission);
    if (storedAt !== undefined) {
      const facts = {
        problemName: body.fields.problem_id,
        problemVersion: terms.versionNumber,
        storedAt,
      };
      return { id: submission.id, fresh: freshSubmission(submission, facts) };
    }
    const meanwhile = await this.#repeated(principal, idempotency);
    if (meanwhile === undefined) throw new Error('an idempotency key is there and is not');
    return { id: meanwhile, fresh: undefined };
  }

  async #repeated(
    { accountId }: Principal,
    idempotency: NewSubmission['idempotency'],
  ): Promise<string | undefined> {
    return idempotency === null ? undefined : await findRepeated(this.#db, accountId, idempotency);
  }
}

function checkLane({ lane }: SubmitDto, { scopes }: Principal): void {
  if (lane !== 'contest' || scopes.has('submissions:priority')) return;
  throw new JudgeError('forbidden', 'the lane contest needs the scope submissions:priority');
}

function newSubmission(
  { accountId, accountName }: Principal,
  { problem_id: problemName, submitter, mode, lane }: SubmitDto,
  { problemId, versionId }: ProblemTerms,
  { language, files, entryPoint }: SubmittedProgram,
): Omit<NewSubmission, 'idempotency'> {
  return {
    id: newId(),
    judgementId: newId(),
    accountId,
    submitter: submitter ?? accountName,
    problemId,
    versionId,
    languageId: language.id,
    entryPoint,
    mode: mode ?? 'lazy',
    lane: lane ?? 'practice',
    files: files.map((file) => ({ ...file, sha256: sha256(file.content) })),
    sourceBytes: sizeOf(files),
    event: { problem_id: problemName, language_id: language.id },
  };
}
