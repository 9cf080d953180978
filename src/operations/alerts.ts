import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { newId } from '../database/new-id.js';
import type { AlertsTable, Database } from '../database/schema.js';
import { storable } from '../database/storable.js';
import { inTransaction } from '../database/transaction.js';
import { JudgeError } from '../errors.js';

export interface AlertTopic {
  /** What sort of fault, for machines: `judging-error`, `language-disabled`, … */
  readonly kind: string;
  /** What it is about: another alert of this kind and subject is not raised while one is open. */
  readonly subject: string;
}

export interface NewAlert extends AlertTopic {
  /** For staff. */
  readonly message: string;
  /** Neither sources nor test data. */
  readonly details: object;
}

/** Tells staff that somebody has to look, in the transaction that makes it so. */
export async function raiseAlert(tx: Transaction<Database>, alert: NewAlert): Promise<void> {
  const { kind, subject, message, details } = storable(alert);
  // Several workers may come upon the same fault at once.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`alert:${kind}:${subject}`}, 0))`.execute(
    tx,
  );
  const open = await tx
    .selectFrom('alerts')
    .select('id')
    .where('kind', '=', kind)
    .where('resolved_at', 'is', null)
    .where(sql<string>`details ->> 'subject'`, '=', subject)
    .limit(1)
    .executeTakeFirst();
  if (open !== undefined) return;
  await tx
    .insertInto('alerts')
    .values({
      id: newId(),
      kind,
      message,
      details: JSON.stringify({ ...details, subject }),
      resolved_at: null,
    })
    .execute();
}

export interface AlertPage {
  readonly openOnly: boolean;
  readonly before: string | undefined;
  readonly limit: number;
}

/** The newest first, one more than the limit. */
export async function listAlerts(
  db: Kysely<Database>,
  { openOnly, before, limit }: AlertPage,
): Promise<readonly Selectable<AlertsTable>[]> {
  let query = db
    .selectFrom('alerts')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (openOnly) query = query.where('resolved_at', 'is', null);
  if (before !== undefined) query = query.where('id', '<', before);
  return await query.execute();
}

/** Those that are open of a topic, in the transaction that ends what they tell of. */
export async function resolveAlerts(
  tx: Transaction<Database>,
  topic: AlertTopic,
  actor: string | null,
): Promise<void> {
  const { kind, subject } = storable(topic);
  const resolved = await tx
    .updateTable('alerts')
    .set({ resolved_at: sql`now()` })
    .where('kind', '=', kind)
    .where('resolved_at', 'is', null)
    .where(sql<string>`details ->> 'subject'`, '=', subject)
    .returning('id')
    .execute();
  for (const { id } of resolved) {
    await appendAudit(tx, { actor, action: 'alert.resolve', object: id });
  }
}

/** What is resolved stays as it is. @throws JudgeError `not-found`. */
export async function resolveAlert(
  db: Kysely<Database>,
  id: string,
  accountId: string,
): Promise<Selectable<AlertsTable>> {
  return await inTransaction(db, async (tx) => {
    const resolved = await tx
      .updateTable('alerts')
      .set({ resolved_at: sql`now()` })
      .where('id', '=', id)
      .where('resolved_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (resolved !== undefined) {
      await appendAudit(tx, { actor: accountId, action: 'alert.resolve', object: id });
      return resolved;
    }
    const alert = await tx.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
    if (alert === undefined) throw new JudgeError('not-found', 'no alert has this id');
    return alert;
  });
}
