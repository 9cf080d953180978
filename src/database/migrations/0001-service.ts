import { sql, type Kysely } from 'kysely';

/** The service's tables. `../schema.ts` says what each column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  // A UUID of version 7, as `../new-id.ts` makes them: six bytes of milliseconds over a random one.
  `create function new_id() returns uuid language sql volatile parallel safe as $$
    select encode(
      set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid()) placing substring(
          int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1),
      'hex')::uuid
  $$`,
  `create table accounts (
    id uuid primary key,
    name text not null unique,
    admin boolean not null,
    created_at timestamptz not null default now(),
    disabled_at timestamptz
  )`,
  `create table api_tokens (
    id uuid primary key,
    account_id uuid not null references accounts,
    name text not null,
    hash bytea not null unique,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `create index api_tokens_of_account on api_tokens (account_id)`,
  `create table sign_in_secrets (
    hash bytea primary key,
    account_id uuid not null references accounts,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create table problems (
    id uuid primary key,
    name text not null unique,
    published_version_id uuid,
    created_at timestamptz not null default now(),
    archived_at timestamptz
  )`,
  `create table problem_versions (
    id uuid primary key,
    problem_id uuid not null references problems,
    number integer not null,
    title text not null,
    package_hash text not null,
    archive_sha256 text not null,
    archive_bytes bigint not null,
    state text not null default 'verifying'
      check (state in ('unverified', 'verifying', 'green', 'red', 'failed')),
    summary jsonb not null,
    notices jsonb not null,
    cpu_time_limit_ms integer,
    created_by uuid not null references accounts,
    created_at timestamptz not null default now(),
    published_at timestamptz,
    override_reason text,
    unique (problem_id, number),
    unique (problem_id, package_hash)
  )`,
  `alter table problems add foreign key (published_version_id) references problem_versions`,
  `create table verifications (
    id uuid primary key,
    version_id uuid not null references problem_versions,
    job_id uuid not null,
    publish_when_green boolean not null default false,
    state text not null default 'queued'
      check (state in ('queued', 'running', 'finished', 'failed')),
    total integer not null default 0,
    done integer not null default 0,
    progress text not null default '',
    error text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz
  )`,
  `create index verifications_of_version on verifications (version_id, created_at)`,
  `create table verification_results (
    verification_id uuid not null references verifications,
    ordinal integer not null,
    subject text not null,
    ok boolean not null,
    detail jsonb not null,
    primary key (verification_id, ordinal)
  )`,
  `create table submissions (
    id uuid primary key,
    account_id uuid not null references accounts,
    submitter text not null,
    problem_id uuid not null references problems,
    version_id uuid not null references problem_versions,
    language_id text not null,
    entry_point text,
    mode text not null check (mode in ('lazy', 'full', 'samples')),
    lane text not null,
    source_bytes integer not null,
    last_event integer not null default 0,
    created_at timestamptz not null default now()
  )`,
  `create index submissions_of_account on submissions (account_id, id desc)`,
  `create index submissions_of_submitter on submissions (account_id, submitter, id desc)`,
  `create index submissions_of_submitter_anywhere on submissions (submitter, id desc)`,
  `create index submissions_of_problem on submissions (problem_id, id desc)`,
  `create index submissions_of_language on submissions (language_id, id desc)`,
  `create table submission_files (
    submission_id uuid not null references submissions,
    ordinal integer not null,
    name text not null,
    sha256 text not null,
    content bytea not null,
    primary key (submission_id, ordinal)
  )`,
  `create table rejudgings (
    id uuid primary key,
    created_by uuid not null references accounts,
    reason text not null,
    filter jsonb not null,
    version_id uuid references problem_versions,
    incremental boolean not null,
    state text not null default 'computing'
      check (state in ('computing', 'ready', 'applied', 'cancelled')),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_by uuid references accounts
  )`,
  `create table judgements (
    id uuid primary key,
    submission_id uuid not null references submissions,
    version_id uuid not null references problem_versions,
    rejudging_id uuid references rejudgings,
    replaces_id uuid references judgements,
    current boolean not null,
    state text not null default 'queued'
      check (state in ('queued', 'judging', 'finished', 'cancelled')),
    lane text not null,
    fair_share_key text not null,
    job_id uuid not null,
    attempt integer not null default 0,
    worker_id uuid,
    verdict text check (verdict in ('AC', 'WA', 'TLE', 'MLE', 'OLE', 'RTE', 'CE', 'JE')),
    reason text,
    test_case text,
    fault text check (fault in ('sandbox', 'problem')),
    cpu_time_ms double precision,
    memory_bytes bigint,
    test_cases integer,
    compilation jsonb,
    recorded text,
    toolchain jsonb,
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    check ((state = 'finished') = (verdict is not null)),
    unique (rejudging_id, submission_id)
  )`,
  `create unique index judgements_current on judgements (submission_id) where current`,
  `create index judgements_by_verdict on judgements (verdict, submission_id desc) where current`,
  `create index judgements_by_state on judgements (state, submission_id desc) where current`,
  `create index judgements_of_submission on judgements (submission_id, id)`,
  `create index judgements_pending on judgements (fair_share_key, lane)
    where state in ('queued', 'judging')`,
  `create index judgements_of_job on judgements (job_id) where state in ('queued', 'judging')`,
  `create index judgements_recent on judgements (finished_at) where state = 'finished'`,
  `create table runs (
    judgement_id uuid not null references judgements,
    ordinal integer not null,
    run_key text not null,
    verdict text not null check (verdict in ('AC', 'WA', 'TLE', 'MLE', 'OLE', 'RTE', 'JE')),
    cpu_time_ms double precision not null,
    wall_time_ms double precision not null,
    memory_bytes bigint not null,
    run jsonb not null,
    taken_over boolean not null default false,
    finished_at timestamptz not null default now(),
    primary key (judgement_id, ordinal)
  )`,
  `create table custom_runs (
    id uuid primary key,
    account_id uuid not null references accounts,
    submitter text not null,
    language_id text not null,
    entry_point text,
    files jsonb not null,
    stdin bytea not null,
    cpu_time_limit_ms integer not null,
    memory_limit_bytes bigint,
    job_id uuid not null,
    idempotency_key text,
    request_hash text,
    state text not null default 'queued'
      check (state in ('queued', 'judging', 'finished', 'cancelled')),
    outcome jsonb,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    unique (account_id, idempotency_key)
  )`,
  `create index custom_runs_of_account on custom_runs (account_id, id desc)`,
  `create index custom_runs_by_end on custom_runs (finished_at) where finished_at is not null`,
  `create index custom_runs_pending on custom_runs (account_id, submitter)
    where state in ('queued', 'judging')`,
  `create table idempotency_keys (
    account_id uuid not null references accounts,
    key text not null,
    request_hash text not null,
    submission_id uuid not null references submissions,
    created_at timestamptz not null default now(),
    primary key (account_id, key)
  )`,
  `create index idempotency_keys_by_age on idempotency_keys (created_at)`,
  `create table events (
    id bigint generated always as identity primary key,
    submission_id uuid not null references submissions,
    judgement_id uuid not null references judgements,
    sequence integer not null,
    type text not null,
    data jsonb not null,
    created_at timestamptz not null default now(),
    unique (submission_id, sequence)
  )`,
  `create table webhooks (
    id uuid primary key,
    account_id uuid not null references accounts,
    url text not null,
    secret text not null,
    previous_secret text,
    previous_secret_until timestamptz,
    event_types text[] not null,
    all_submissions boolean not null,
    created_at timestamptz not null default now(),
    disabled_at timestamptz,
    disabled_reason text,
    deleted_at timestamptz,
    failures integer not null default 0,
    failing_since timestamptz,
    retry_at timestamptz
  )`,
  `create index webhooks_of_account on webhooks (account_id) where deleted_at is null`,
  `create table webhook_deliveries (
    id uuid primary key,
    webhook_id uuid not null references webhooks,
    event_id bigint not null references events,
    submission_id uuid not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
    attempts integer not null default 0,
    attempts_before integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    last_status integer,
    last_error text,
    created_at timestamptz not null default now(),
    delivered_at timestamptz,
    unique (webhook_id, event_id)
  )`,
  `create index webhook_deliveries_due on webhook_deliveries
    (webhook_id, next_attempt_at, event_id)
    where state = 'pending'`,
  `create index webhook_deliveries_in_order on webhook_deliveries
    (webhook_id, submission_id, event_id) where state = 'pending'`,
  `create table workers (
    id uuid primary key,
    name text not null,
    state text not null default 'active'
      check (state in ('active', 'paused', 'draining', 'disabled', 'stopped')),
    state_reason text,
    slots integer not null,
    facts jsonb not null,
    toolchains jsonb not null,
    started_at timestamptz not null default now(),
    heartbeat_at timestamptz not null default now()
  )`,
  `create table disabled_parts (
    kind text not null check (kind in ('language', 'problem')),
    part text not null,
    reason text not null,
    created_at timestamptz not null default now(),
    primary key (kind, part)
  )`,
  `create table alerts (
    id uuid primary key,
    kind text not null,
    message text not null,
    details jsonb not null,
    created_at timestamptz not null default now(),
    resolved_at timestamptz
  )`,
  `create index alerts_open on alerts (created_at) where resolved_at is null`,
  `create table audit_entries (
    id uuid primary key,
    actor text,
    action text not null,
    object text not null,
    details jsonb not null,
    created_at timestamptz not null default now()
  )`,
  `create index audit_entries_stale on audit_entries (id) where action = 'stale-result'`,
];
