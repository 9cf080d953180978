import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from '../../database/schema.js';
import { storable } from '../../database/storable.js';
import { CONTROL_CHANNEL } from '../../events/control-channel.js';
import type { Lease, Queue } from '../../queue/queue.js';
import { setPublished } from '../store-version.js';
import type { VersionPackages } from '../version-packages.js';
import { countSteps, verifyPackage, type NumberedResult } from './verify-package.js';
import type { VerificationBench } from './verification-steps.js';
import { loadVerification, type VerificationToDo } from './verification-rows.js';

/*
 * Theory of operation. The job of a verification goes through the same queue as judgements. Every
 * result is stored in a transaction that renews the lease: whoever lost it changes nothing. A killed
 * worker's successor reads the results that are there, and goes on. The last transaction completes
 * the job together with the verification, the version's mark and, where it was asked for, publishing.
 */

export interface VerificationPorts extends Omit<VerificationBench, 'onProgress'> {
  readonly db: Kysely<Database>;
  readonly queue: Queue;
  readonly packages: VersionPackages;
}

/** lease-lost: somebody else has the job by now; nothing more was stored. */
export type VerificationEnd = 'finished' | 'lease-lost';

/** How often the words that say what it is at are written. */
const PROGRESS_INTERVAL_MS = 1000;

/**
 * Carries out the verification that the lease is for.
 * @throws what stops judging altogether, and the signal's reason; results so far are kept.
 */
export async function verifyVersion(
  lease: Lease,
  ports: VerificationPorts,
  signal?: AbortSignal,
): Promise<VerificationEnd> {
  const recorder = new VerificationRecorder(lease, ports);
  try {
    const toDo = await loadVerification(ports.db, lease.id);
    const problemPackage = await ports.packages.open(toDo);
    await recorder.started(countSteps(problemPackage), toDo.results.length);
    const results: NumberedResult[] = [...toDo.results];
    const bench = { ...ports, onProgress: (what: string) => recorder.progress(what) };
    const start = { cpuTimeLimitMs: toDo.cpuTimeLimitMs ?? undefined, earlier: toDo.results };
    for await (const result of verifyPackage(problemPackage, start, bench, signal)) {
      await recorder.result(result);
      results.push(result);
    }
    await recorder.finished(toDo, results);
    return 'finished';
  } catch (error) {
    if (error instanceof LeaseLost) return 'lease-lost';
    throw error;
  } finally {
    await recorder.settle();
  }
}

/** Of a job whose attempts are used up: the version is nobody's to judge. */
export async function giveUpVerification(
  lease: Lease,
  message: string,
  { db, queue }: Pick<VerificationPorts, 'db' | 'queue'>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await queue.complete(lease, tx))) return;
    const { version_id } = await tx
      .updateTable('verifications')
      .set({ state: 'failed', error: storable(message), progress: '', finished_at: sql`now()` })
      .where('id', '=', lease.id)
      .returning('version_id')
      .executeTakeFirstOrThrow();
    await tx
      .updateTable('problem_versions')
      .set({ state: 'failed' })
      .where('id', '=', version_id)
      .execute();
    await notify(tx, lease.id);
  });
}

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

class VerificationRecorder {
  readonly #lease: Lease;
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;
  /** Written words under way; one at a time. */
  #writing: Promise<void> = Promise.resolve();
  #writtenAtMs = 0;

  constructor(lease: Lease, { db, queue }: VerificationPorts) {
    this.#lease = lease;
    this.#db = db;
    this.#queue = queue;
  }

  async started(total: number, done: number): Promise<void> {
    await this.#leased(async (tx) => {
      await tx
        .updateTable('verifications')
        .set({
          state: 'running',
          total,
          done,
          error: null,
          started_at: sql`coalesce(started_at, now())`,
        })
        .where('id', '=', this.#lease.id)
        .execute();
    });
  }

  async result({ ordinal, subject, ok, detail }: NumberedResult): Promise<void> {
    await this.#leased(async (tx) => {
      await tx
        .insertInto('verification_results')
        .values({
          verification_id: this.#lease.id,
          ordinal,
          subject,
          ok,
          detail: JSON.stringify(storable(detail)),
        })
        .execute();
      await tx
        .updateTable('verifications')
        .set({ done: ordinal })
        .where('id', '=', this.#lease.id)
        .execute();
    });
  }

  /** Only words: they may be skipped, and are nobody's reason to stop. */
  progress(what: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#writtenAtMs < PROGRESS_INTERVAL_MS) return;
    this.#writtenAtMs = nowMs;
    this.#writing = this.#writing
      .then(() =>
        this.#leased(async (tx) => {
          await tx
            .updateTable('verifications')
            .set({ progress: storable(what) })
            .where('id', '=', this.#lease.id)
            .execute();
        }),
      )
      .catch(() => undefined);
  }

  async finished(
    { versionId, problemId, publishWhenGreen }: VerificationToDo,
    results: readonly NumberedResult[],
  ): Promise<void> {
    await this.settle();
    const green = results.every(({ ok }) => ok);
    const [limit = null] = results.flatMap(({ detail }) =>
      detail.kind === 'time-limit' ? [detail.cpuTimeLimitMs] : [],
    );
    await this.#db.transaction().execute(async (tx) => {
      // The problem before its versions, as everywhere.
      await tx
        .selectFrom('problems')
        .select('id')
        .where('id', '=', problemId)
        .forUpdate()
        .execute();
      if (!(await this.#queue.complete(this.#lease, tx))) throw new LeaseLost();
      await tx
        .updateTable('verifications')
        .set({ state: 'finished', progress: '', finished_at: sql`now()` })
        .where('id', '=', this.#lease.id)
        .execute();
      await tx
        .updateTable('problem_versions')
        .set({
          state: green ? 'green' : 'red',
          // Once known it stays: judgements were made with it.
          ...(limit === null
            ? {}
            : { cpu_time_limit_ms: sql`coalesce(cpu_time_limit_ms, ${limit})` }),
        })
        .where('id', '=', versionId)
        .execute();
      if (green && publishWhenGreen) await setPublished(tx, problemId, versionId);
      await notify(tx, this.#lease.id);
    });
  }

  async settle(): Promise<void> {
    await this.#writing;
  }

  async #leased(work: (tx: Transaction<Database>) => Promise<void>): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      if (!(await this.#queue.renew(this.#lease, tx))) throw new LeaseLost();
      await work(tx);
      await notify(tx, this.#lease.id);
    });
  }
}

/** Topic of the signals that something of a verification changed. */
export function verificationTopic(id: string): string {
  return `verification:${id}`;
}

async function notify(tx: Transaction<Database>, id: string): Promise<void> {
  await sql`select pg_notify(${CONTROL_CHANNEL}, ${verificationTopic(id)})`.execute(tx);
}
