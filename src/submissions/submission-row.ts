import type { Lane } from '../database/schema.js';
import type { JudgingMode } from '../judging/judgement.js';

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
