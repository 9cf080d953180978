import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import type { Database, DisabledPartsTable } from '../database/schema.js';
import { storable } from '../database/storable.js';
import type { Lease, Queue } from '../queue/queue.js';
import { raiseAlert } from './alerts.js';

/** What can be switched off alone: a language by its id, a problem by its name. */
export type Part = Pick<DisabledPartsTable, 'kind' | 'part'>;

type Tx = Transaction<Database>;

/** What the queue calls the jobs that wait for a part. */
export function partKey({ kind, part }: Part): string {
  return `${kind}:${part}`;
}

/** Nothing of it is judged until somebody enables it. Disabling what is disabled changes nothing. */
export async function disablePart(db: Kysely<Database>, part: Part, why: string): Promise<void> {
  const reason = storable(why);
  await db.transaction().execute(async (tx) => {
    const added = await tx
      .insertInto('disabled_parts')
      .values({ ...part, reason })
      .onConflict((conflict) => conflict.doNothing())
      .returning('part')
      .executeTakeFirst();
    if (added === undefined) return;
    await raiseAlert(tx, {
      kind: `${part.kind}-disabled`,
      subject: partKey(part),
      message: `the ${part.kind} ${part.part} was disabled: ${reason}`,
      details: { ...part, reason },
    });
  });
}

/** Its jobs go on at their old places. @returns false when it was not disabled. */
export async function enablePart(
  db: Kysely<Database>,
  queue: Pick<Queue, 'unpark'>,
  { kind, part }: Part,
): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    // Waits for whoever puts a job aside right now, and then finds it.
    const removed = await tx
      .deleteFrom('disabled_parts')
      .where('kind', '=', kind)
      .where('part', '=', part)
      .returning('part')
      .executeTakeFirst();
    await queue.unpark(partKey({ kind, part }), tx);
    return removed !== undefined;
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
