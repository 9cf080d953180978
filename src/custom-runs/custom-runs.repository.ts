import { Inject, Injectable } from '@nestjs/common';
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { CustomRunsTable, Database } from '../database/schema.js';
import { inTransaction } from '../database/transaction.js';
import type { Reader } from '../judgements/judgements.repository.js';
import { QUEUE } from '../queue/queue.module.js';
import type { Queue } from '../queue/queue.js';
import { keyConflict } from '../submissions/idempotency-key.js';
import type { CustomRunFile } from './custom-run-outcome.js';

/** Without source and input, which only the worker needs. */
export type CustomRunRow = Omit<
  Selectable<CustomRunsTable>,
  'files' | 'stdin' | 'idempotency_key' | 'request_hash'
>;

export interface NewCustomRun {
  readonly id: string;
  readonly accountId: string;
  readonly submitter: string;
  readonly languageId: string;
  readonly entryPoint: string | null;
  readonly files: readonly CustomRunFile[];
  readonly stdin: Buffer;
  readonly cpuTimeLimitMs: number;
  readonly memoryLimitBytes: number | null;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
}

/** As for submissions. */
const PENDING_COUNTED = 500;

@Injectable()
export class CustomRunsRepository {
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;

  constructor(@Inject(DATABASE) db: Kysely<Database>, @Inject(QUEUE) queue: Queue) {
    this.#db = db;
    this.#queue = queue;
  }

  /**
   * @returns the id of the run, which is another's where the key was used for the same before.
   * @throws JudgeError `idempotency-conflict` when it was used for another.
   */
  async insert(run: NewCustomRun): Promise<string> {
    const { id, accountId, submitter, idempotency } = run;
    return await inTransaction(this.#db, async (tx) => {
      const before = await repeated(tx, accountId, idempotency);
      if (before !== undefined) return before;
      const { rows } = await sql<{ pending: number }>`
        select count(*)::integer as pending from (
          select from custom_runs
          where account_id = ${accountId} and submitter = ${submitter}
            and state in ('queued', 'judging')
          limit ${PENDING_COUNTED}
        ) as counted`.execute(tx);
      const pending = rows[0]?.pending ?? 0;
      const jobId = await this.#queue.enqueue(tx, {
        kind: 'custom-run',
        id,
        lane: 'custom',
        pending,
      });
      await tx
        .insertInto('custom_runs')
        .values({
          id,
          account_id: accountId,
          submitter,
          language_id: run.languageId,
          entry_point: run.entryPoint,
          files: JSON.stringify(run.files),
          stdin: run.stdin,
          cpu_time_limit_ms: run.cpuTimeLimitMs,
          memory_limit_bytes: run.memoryLimitBytes,
          job_id: jobId,
          idempotency_key: idempotency?.key ?? null,
          request_hash: idempotency?.requestHash ?? null,
        })
        .execute();
      return id;
    });
  }

  async find(id: string, { accountId, staff }: Reader): Promise<CustomRunRow | undefined> {
    let query = this.#db
      .selectFrom('custom_runs')
      .select([
        'id',
        'account_id',
        'submitter',
        'language_id',
        'entry_point',
        'cpu_time_limit_ms',
        'memory_limit_bytes',
        'job_id',
        'state',
        'outcome',
        'created_at',
        'started_at',
        'finished_at',
      ])
      .where('id', '=', id);
    if (!staff) query = query.where('account_id', '=', accountId);
    return await query.executeTakeFirst();
  }
}

async function repeated(
  tx: Transaction<Database>,
  accountId: string,
  idempotency: NewCustomRun['idempotency'],
): Promise<string | undefined> {
  if (idempotency === null) return undefined;
  const { key, requestHash } = idempotency;
  // The same sent twice at once: one waits for the other, and then finds it.
  await sql`select pg_advisory_xact_lock(
    hashtextextended(${`custom-run:${accountId}:${key}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('custom_runs')
    .select(['id', 'request_hash'])
    .where('account_id', '=', accountId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  if (row !== undefined && row.request_hash !== requestHash) throw keyConflict('custom run');
  return row?.id;
}
