import type { Kysely, Transaction } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { inTransaction } from '../database/transaction.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import type { Queue } from '../queue/queue.js';
import { requestVerification, setPublished } from './store-version.js';

type Tx = Transaction<Database>;

export interface PublishOrder {
  readonly name: string;
  readonly number: number;
  readonly accountId: string;
  readonly overrideReason: string | undefined;
}

/**
 * Publishes a version, an older one too. It must be green, or there must be a reason.
 * @throws JudgeError `not-found`, or `conflict` when it may not be published.
 */
export async function publishVersion(db: Kysely<Database>, order: PublishOrder): Promise<void> {
  const { name, number, accountId, overrideReason } = order;
  await inTransaction(db, async (tx) => {
    const problemId = await existingProblem(tx, name);
    const version = await versionOf(tx, problemId, name, number);
    if (version.cpu_time_limit_ms === null) {
      throw new JudgeError(
        'conflict',
        `version ${number} of ${name} has no time limit yet: its verification has to find one`,
      );
    }
    const green = version.state === 'green';
    if (!green && overrideReason === undefined) {
      throw new JudgeError(
        'conflict',
        `version ${number} of ${name} is ${version.state}, not green: say override_reason to publish it all the same`,
      );
    }
    const reason = green ? undefined : overrideReason;
    await setPublished(tx, problemId, version.id, reason);
    await appendAudit(tx, {
      actor: accountId,
      action: 'problem.publish',
      object: `${name}/versions/${number}`,
      details: {
        state: version.state,
        ...(reason === undefined ? {} : { overrideReason: reason }),
      },
    });
  });
}

/** @throws JudgeError `conflict` while one is under way. */
export async function verifyAgain(
  db: Kysely<Database>,
  queue: Queue,
  { name, number, accountId }: Omit<PublishOrder, 'overrideReason'>,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const problemId = await existingProblem(tx, name);
    const version = await versionOf(tx, problemId, name, number);
    const running = await tx
      .selectFrom('verifications')
      .select('id')
      .where('version_id', '=', version.id)
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirst();
    if (running !== undefined) {
      throw new JudgeError('conflict', `version ${number} of ${name} is being verified already`);
    }
    await requestVerification(tx, queue, version.id, false);
    await tx
      .updateTable('problem_versions')
      .set({ state: 'verifying' })
      .where('id', '=', version.id)
      .execute();
    await appendAudit(tx, {
      actor: accountId,
      action: 'problem.verify',
      object: `${name}/versions/${number}`,
    });
  });
}

async function existingProblem(tx: Tx, name: string): Promise<string> {
  const problem = await tx
    .selectFrom('problems')
    .select('id')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  if (problem === undefined) throw new JudgeError('not-found', 'no problem has this name');
  return problem.id;
}

async function versionOf(tx: Tx, problemId: string, name: string, number: number) {
  const version = await tx
    .selectFrom('problem_versions')
    .select(['id', 'state', 'cpu_time_limit_ms'])
    .where('problem_id', '=', problemId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (version === undefined) throw new JudgeError('not-found', `${name} has no such version`);
  return version;
}
