import type { JudgementRow } from '../judgements/judgement-row.js';
import type { SubmissionParts } from './submission.dto.js';
import type { NewSubmission } from './store-submissions.js';

/** What reading a submission right after it was stored would give: it need not be read. */
export function freshSubmission(
  submission: NewSubmission,
  { problemName, problemVersion, storedAt }: FreshFacts,
): SubmissionParts {
  const judgement: Omit<JudgementRow, 'job_id'> = {
    id: submission.judgementId,
    submission_id: submission.id,
    problem_version: problemVersion,
    rejudging_id: null,
    current: true,
    state: 'queued',
    attempt: 0,
    worker_id: null,
    verdict: null,
    reason: null,
    test_case: null,
    fault: null,
    cpu_time_ms: null,
    memory_bytes: null,
    test_cases: null,
    compilation: null,
    toolchain: null,
    queued_at: storedAt,
    started_at: null,
    finished_at: null,
  };
  return {
    row: {
      id: submission.id,
      account_id: submission.accountId,
      submitter: submission.submitter,
      problem_name: problemName,
      language_id: submission.languageId,
      entry_point: submission.entryPoint,
      mode: submission.mode,
      lane: submission.lane,
      source_bytes: submission.sourceBytes,
      last_event: 1,
      created_at: storedAt,
    },
    judgement,
  };
}

export interface FreshFacts {
  readonly problemName: string;
  readonly problemVersion: number;
  readonly storedAt: Date;
}
