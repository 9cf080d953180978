import type { ColumnType, Generated } from 'kysely';
import type { Verdict } from '../judging/verdict.js';
import type { JudgingMode } from '../judging/judgement.js';

/**
 * The tables, as `migrations/` makes them. Ids are UUIDs of version 7, made by the program, so that
 * they sort by time. Times are the database's clock. Durations and sizes carry their unit.
 */
export interface Database {
  accounts: AccountsTable;
  api_tokens: ApiTokensTable;
  sign_in_secrets: SignInSecretsTable;
  problems: ProblemsTable;
  problem_versions: ProblemVersionsTable;
  verifications: VerificationsTable;
  verification_results: VerificationResultsTable;
  submissions: SubmissionsTable;
  submission_files: SubmissionFilesTable;
  judgements: JudgementsTable;
  runs: RunsTable;
  custom_runs: CustomRunsTable;
  rejudgings: RejudgingsTable;
  idempotency_keys: IdempotencyKeysTable;
  events: EventsTable;
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  workers: WorkersTable;
  disabled_parts: DisabledPartsTable;
  alerts: AlertsTable;
  audit_entries: AuditEntriesTable;
}

/** Written by the database unless given. */
type Created = ColumnType<Date, Date | undefined, never>;
/** Written as text of JSON, read as a value. */
type Json<T> = ColumnType<T, string, string>;
/** bigint: pg reads it as text, and the pool parses it to a number. */
type Counter = ColumnType<number, number | undefined, number>;

export interface AccountsTable {
  id: string;
  name: string;
  /** Administrators may hold every scope; others only those that are not for staff. */
  admin: boolean;
  created_at: Created;
  disabled_at: Date | null;
}

export interface ApiTokensTable {
  id: string;
  account_id: string;
  name: string;
  /** SHA-256 of the token, which is kept nowhere. */
  hash: Buffer;
  scopes: string[];
  created_at: Created;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

/** One-time secrets that are exchanged for a token. */
export interface SignInSecretsTable {
  hash: Buffer;
  account_id: string;
  created_at: Created;
  expires_at: Date;
  used_at: Date | null;
}

export interface ProblemsTable {
  id: string;
  /** Short name, the id in the API. */
  name: string;
  /** What submissions are judged against; null until a version is published. */
  published_version_id: string | null;
  created_at: Created;
  archived_at: Date | null;
}

export type VersionState = 'unverified' | 'verifying' | 'green' | 'red' | 'failed';

export interface ProblemVersionsTable {
  id: string;
  problem_id: string;
  /** From 1, per problem. */
  number: number;
  title: string;
  package_hash: string;
  /** The archive as it was uploaded, in the blob store. */
  archive_sha256: string;
  archive_bytes: number;
  /**
   * unverified: nobody asked for a verification yet, as of the shipped examples. failed: the
   * verification itself could not be done, and is nobody's mark.
   */
  state: Generated<VersionState>;
  /** Shown to solvers: limits, languages, samples; made when the package was read. */
  summary: Json<unknown>;
  notices: Json<unknown>;
  /** The time limit: the package's, or found by the verification. null: not known yet. */
  cpu_time_limit_ms: number | null;
  created_by: string;
  created_at: Created;
  published_at: Date | null;
  /** Why it was published without being green. */
  override_reason: string | null;
}

export type VerificationState = 'queued' | 'running' | 'finished' | 'failed';

export interface VerificationsTable {
  id: string;
  version_id: string;
  job_id: string;
  /** Publish the version as soon as it is found to be in order. */
  publish_when_green: Generated<boolean>;
  state: Generated<VerificationState>;
  /** Of how many examples and checks. */
  total: Generated<number>;
  done: Generated<number>;
  /** What it is at, in words. */
  progress: Generated<string>;
  error: string | null;
  created_at: Created;
  started_at: Date | null;
  finished_at: Date | null;
}

/** One example submission, or one check of a validator or limit. */
export interface VerificationResultsTable {
  verification_id: string;
  ordinal: number;
  subject: string;
  ok: boolean;
  detail: Json<unknown>;
}

export type Lane = 'contest' | 'custom' | 'practice' | 'verification' | 'rejudge';

export interface SubmissionsTable {
  id: string;
  account_id: string;
  /** Whom the account submits for, as it calls them; the account's name when it says nothing. */
  submitter: string;
  problem_id: string;
  version_id: string;
  language_id: string;
  entry_point: string | null;
  mode: JudgingMode;
  lane: Lane;
  source_bytes: number;
  /** The number of its last event. */
  last_event: Generated<number>;
  created_at: Created;
}

export interface SubmissionFilesTable {
  submission_id: string;
  ordinal: number;
  name: string;
  sha256: string;
  content: Buffer;
}

export type JudgementState = 'queued' | 'judging' | 'finished' | 'cancelled';

export interface JudgementsTable {
  id: string;
  submission_id: string;
  version_id: string;
  /** Of a rejudging: not current before that is applied. */
  rejudging_id: string | null;
  /** Of a rejudging: the judgement that was current when it was made. */
  replaces_id: string | null;
  /** At most one of a submission is. */
  current: boolean;
  state: Generated<JudgementState>;
  lane: Lane;
  /** Whose fair share it counts against. */
  fair_share_key: string;
  /** The job that carries it, in pg-boss. */
  job_id: string;
  /** From 1, once a worker has it. */
  attempt: Generated<number>;
  worker_id: string | null;
  verdict: Verdict | null;
  reason: string | null;
  test_case: string | null;
  fault: 'sandbox' | 'problem' | null;
  cpu_time_ms: number | null;
  memory_bytes: Counter | null;
  test_cases: number | null;
  /** The `compiled` event. */
  compilation: Json<unknown> | null;
  /** How far the attempt's events are stored: tells a commit that was not heard of from none. */
  recorded: string | null;
  /** Versions and image digest of the toolchain that judged. */
  toolchain: Json<unknown> | null;
  queued_at: Created;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface RunsTable {
  judgement_id: string;
  ordinal: number;
  /**
   * Names what the run follows from: artifact, case, limits, validator. A later judgement of the
   * submission takes over a run of the same key.
   */
  run_key: string;
  verdict: Verdict;
  cpu_time_ms: number;
  wall_time_ms: number;
  memory_bytes: Counter;
  /** The whole `Run` of the core. */
  run: Json<unknown>;
  /** Taken over from an earlier judgement. */
  taken_over: Generated<boolean>;
  finished_at: Created;
}

export interface CustomRunsTable {
  id: string;
  account_id: string;
  submitter: string;
  language_id: string;
  entry_point: string | null;
  files: Json<unknown>;
  stdin: Buffer;
  /** As asked for, within the caps, before the language's profile. */
  cpu_time_limit_ms: number;
  /** null: the language's default. */
  memory_limit_bytes: Counter | null;
  job_id: string;
  /** The account's own, for as long as the run is kept. */
  idempotency_key: string | null;
  /** SHA-256 of the request, to tell a repetition from another request. */
  request_hash: string | null;
  state: Generated<JudgementState>;
  /** What compiling and running gave: ends, times, memory, capped output. */
  outcome: Json<unknown> | null;
  created_at: Created;
  started_at: Date | null;
  finished_at: Date | null;
}

export type RejudgingState = 'computing' | 'ready' | 'applied' | 'cancelled';

export interface RejudgingsTable {
  id: string;
  created_by: string;
  reason: string;
  filter: Json<unknown>;
  /** Judge against this version; null: each against the one it was judged against. */
  version_id: string | null;
  /** Take over runs whose artifact, case and limits did not change. */
  incremental: boolean;
  state: Generated<RejudgingState>;
  created_at: Created;
  ended_at: Date | null;
  ended_by: string | null;
}

export interface IdempotencyKeysTable {
  account_id: string;
  key: string;
  /** SHA-256 of the request, to tell a repetition from another request. */
  request_hash: string;
  submission_id: string;
  created_at: Created;
}

/** The outbox: what anybody may be told, in order per submission. */
export interface EventsTable {
  id: ColumnType<number, never, never>;
  submission_id: string;
  judgement_id: string;
  /** From 1, per submission, without gaps. */
  sequence: number;
  type: string;
  /** Holds nothing that a solver must not see. */
  data: Json<unknown>;
  created_at: Created;
}

export interface WebhooksTable {
  id: string;
  account_id: string;
  url: string;
  /** Signing key (Standard Webhooks: `whsec_…`). */
  secret: string;
  /** The one before it signs too, until then. */
  previous_secret: string | null;
  previous_secret_until: Date | null;
  event_types: string[];
  /** Every submission's events, not only the account's. */
  all_submissions: boolean;
  created_at: Created;
  disabled_at: Date | null;
  disabled_reason: string | null;
  deleted_at: Date | null;
  /** Attempts that failed since the last that did not. */
  failures: Generated<number>;
  failing_since: Date | null;
  /** While it is down nothing is tried before this. */
  retry_at: Date | null;
}

export type DeliveryState = 'pending' | 'delivered' | 'dead';

export interface WebhookDeliveriesTable {
  id: string;
  webhook_id: string;
  event_id: number;
  submission_id: string;
  state: Generated<DeliveryState>;
  /** The number of the attempt that is under way, or was last: the fence against a late one. */
  attempts: Generated<number>;
  /** Those before somebody asked for it to be delivered again. */
  attempts_before: Generated<number>;
  /** While an attempt is under way: when somebody else may take it over. */
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  last_status: number | null;
  last_error: string | null;
  created_at: Created;
  delivered_at: Date | null;
}

export type WorkerState = 'active' | 'paused' | 'draining' | 'disabled' | 'stopped';

export interface WorkersTable {
  id: string;
  name: string;
  /** What an operator, or a fault, asks of it; stopped is what it says of itself. */
  state: Generated<WorkerState>;
  state_reason: string | null;
  slots: number;
  /** Cores, kernel, cgroup version, driver, timing-grade or not, and why. */
  facts: Json<unknown>;
  /** By toolchain: state of its image, digest, versions. */
  toolchains: Json<unknown>;
  started_at: Created;
  heartbeat_at: ColumnType<Date, Date | undefined, Date>;
}

/** What was switched off because it fails: nothing of it is judged until somebody enables it. */
export interface DisabledPartsTable {
  kind: 'language' | 'problem';
  /** Language id, or problem name. */
  part: string;
  reason: string;
  created_at: Created;
}

export interface AlertsTable {
  id: string;
  kind: string;
  message: string;
  details: Json<unknown>;
  created_at: Created;
  resolved_at: Date | null;
}

export interface AuditEntriesTable {
  id: string;
  /** Account or worker; null: nobody known. */
  actor: string | null;
  action: string;
  object: string;
  details: Json<unknown>;
  created_at: Created;
}
