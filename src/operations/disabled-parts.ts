import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { appendAudit } from '../database/audit.js';
import type { Database, DisabledPartsTable } from '../database/schema.js';
import { storable } from '../database/storable.js';
import { inTransaction } from '../database/transaction.js';
import type { Lease, Queue } from '../queue/queue.js';
import { raiseAlert, resolveAlerts, type AlertTopic } from './alerts.js';

/** What can be switched off alone: a language by its id, a problem by its name. */
export type Part = Pick<DisabledPartsTable, 'kind' | 'part'>;

type Tx = Transaction<Database>;

/** What the queue calls the jobs that wait for a part. */
export function partKey({ kind, part }: Part): string {
  return `${kind}:${part}`;
}

/**
 * Nothing of it is judged until somebody enables it. Disabling what is disabled changes nothing.
 * @param actor the account that asks for it; null: Minos does so itself.
 */
export async function disablePart(
  db: Kysely<Database>,
  part: Part,
  why: string,
  actor: string | null = null,
): Promise<Selectable<DisabledPartsTable>> {
  const reason = storable(why);
  return await inTransaction(db, async (tx) => {
    const { added, ...row } = await tx
      .insertInto('disabled_parts')
      .values({ ...part, reason })
      // Changes nothing, but gives the row as it is.
      .onConflict((conflict) => conflict.columns(['kind', 'part']).doUpdateSet({ kind: part.kind }))
      .returningAll()
      .returning(sql<boolean>`xmax = 0`.as('added'))
      .executeTakeFirstOrThrow();
    if (!added) return row;
    await raiseAlert(tx, {
      ...alertOf(part),
      message: `the ${part.kind} ${part.part} was disabled: ${reason}`,
      details: { ...part, reason },
    });
    const object = partKey(part);
    await appendAudit(tx, { actor, action: 'disabled-part.add', object, details: { reason } });
    return row;
  });
}

/** What its being disabled raises, and its being enabled resolves. */
function alertOf(part: Part): AlertTopic {
  return { kind: `${part.kind}-disabled`, subject: partKey(part) };
}

/** Its jobs go on at their old places. @returns false when it was not disabled. */
export async function enablePart(
  db: Kysely<Database>,
  queue: Pick<Queue, 'unpark'>,
  { kind, part }: Part,
  actor: string | null = null,
): Promise<boolean> {
  const key = partKey({ kind, part });
  return await inTransaction(db, async (tx) => {
    // Waits for whoever puts a job aside right now, and then finds it.
    const removed = await tx
      .deleteFrom('disabled_parts')
      .where('kind', '=', kind)
      .where('part', '=', part)
      .returning('part')
      .executeTakeFirst();
    await queue.unpark(key, tx);
    if (removed === undefined) return false;
    await resolveAlerts(tx, alertOf({ kind, part }), actor);
    await appendAudit(tx, { actor, action: 'disabled-part.remove', object: key });
    return true;
  });
}

/** The first of the parts that is disabled. */
export async function findDisabled(
  db: Kysely<Database>,
  parts: readonly Part[],
): Promise<Part | undefined> {
  const keys = parts.map(partKey);
  const disabled = await db
    .selectFrom('disabled_parts')
    .select(['kind', 'part'])
    .where(sql<string>`kind || ':' || part`, 'in', keys)
    .limit(1)
    .execute();
  return disabled[0];
}

/**
 * Puts a job aside, in the transaction that says so in its row.
 * @returns false when the part is enabled by now, or the lease is lost: the job was left alone.
 */
export async function parkJob(
  tx: Tx,
  queue: Pick<Queue, 'park'>,
  lease: Lease,
  { kind, part }: Part,
): Promise<boolean> {
  // Whoever enables it has to wait until the job is aside.
  const disabled = await tx
    .selectFrom('disabled_parts')
    .select('part')
    .where('kind', '=', kind)
    .where('part', '=', part)
    .forShare()
    .executeTakeFirst();
  return disabled !== undefined && (await queue.park(lease, partKey({ kind, part }), tx));
}

/** All of them: there are few. */
export async function listDisabled(
  db: Kysely<Database>,
): Promise<readonly Selectable<DisabledPartsTable>[]> {
  return await db.selectFrom('disabled_parts').selectAll().orderBy('created_at', 'desc').execute();
}
