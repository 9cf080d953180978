import { sql, type Kysely, type Selectable } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { newId } from '../database/new-id.js';
import type { Database, WebhooksTable } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { buryPending } from './settle-delivery.js';
import { newWebhookSecret } from './webhook-secret.js';

type Db = Kysely<Database>;
export type Webhook = Selectable<WebhooksTable>;

export interface WebhookSettings {
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly allSubmissions: boolean;
}

export interface WebhookChanges extends Partial<WebhookSettings> {
  readonly enabled?: boolean;
}

const MOST_PER_ACCOUNT = 20;
const PREVIOUS_VALID = sql<Date>`now() + interval '1 day'`;

/** @throws JudgeError `conflict` when the account has many already. */
export async function createWebhook(
  db: Db,
  accountId: string,
  { url, eventTypes, allSubmissions }: WebhookSettings,
): Promise<Webhook> {
  return await db.transaction().execute(async (tx) => {
    // Two at once count one after the other.
    await tx
      .selectFrom('accounts')
      .select('id')
      .where('id', '=', accountId)
      .forNoKeyUpdate()
      .execute();
    const { count } = await tx
      .selectFrom('webhooks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (count >= MOST_PER_ACCOUNT) {
      throw new JudgeError('conflict', `an account has at most ${MOST_PER_ACCOUNT} webhooks`);
    }
    const webhook = await tx
      .insertInto('webhooks')
      .values({
        id: newId(),
        account_id: accountId,
        url,
        secret: newWebhookSecret(),
        event_types: [...eventTypes],
        all_submissions: allSubmissions,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendAudit(tx, audited('create', webhook));
    return webhook;
  });
}

/** Which host is told, and of what: the rest of a URL may be a secret. */
function audited(verb: string, { id, account_id: actor, url, ...webhook }: Webhook) {
  const details = {
    host: new URL(url).host,
    eventTypes: webhook.event_types,
    allSubmissions: webhook.all_submissions,
    enabled: webhook.disabled_at === null,
  };
  return { actor, action: `webhook.${verb}`, object: id, details };
}

/** Newest first. */
export function listWebhooks(
  db: Db,
  accountId: string,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<Webhook[]> {
  let query = webhooksOf(db, accountId).orderBy('id', 'desc').limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}

/** @throws JudgeError `not-found`, for another account's as for none. */
export async function getWebhook(db: Db, accountId: string, id: string): Promise<Webhook> {
  return found(await webhooksOf(db, accountId).where('id', '=', id).executeTakeFirst());
}

function webhooksOf(db: Db, accountId: string) {
  return db
    .selectFrom('webhooks')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null);
}

/** @throws JudgeError `not-found` */
export function changeWebhook(
  db: Db,
  accountId: string,
  id: string,
  { url, eventTypes, allSubmissions, enabled }: WebhookChanges,
): Promise<Webhook> {
  return db.transaction().execute(async (tx) => {
    const webhook = await tx
      .updateTable('webhooks')
      .set({
        ...(url === undefined ? {} : { url }),
        ...(eventTypes === undefined ? {} : { event_types: [...eventTypes] }),
        ...(allSubmissions === undefined ? {} : { all_submissions: allSubmissions }),
        ...(enabled === undefined ? {} : enabled ? ENABLED : DISABLED),
        // There is something to set, whatever was asked for.
        account_id: accountId,
      })
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .where('deleted_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (enabled === false) await buryPending(tx, id, 'the webhook was disabled');
    const changed = found(webhook);
    await appendAudit(tx, audited('change', changed));
    return changed;
  });
}

const ENABLED = {
  disabled_at: null,
  disabled_reason: null,
  failures: 0,
  failing_since: null,
  retry_at: null,
};
const DISABLED = {
  disabled_at: sql<Date>`coalesce(disabled_at, now())`,
  disabled_reason: sql<string>`coalesce(disabled_reason, 'disabled by its owner')`,
};

/** What waits for it is dead. @throws JudgeError `not-found` */
export async function deleteWebhook(db: Db, accountId: string, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const deleted = found(
      await tx
        .updateTable('webhooks')
        .set({ deleted_at: sql<Date>`now()`, secret: '', previous_secret: null })
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null)
        .returningAll()
        .executeTakeFirst(),
    );
    await appendAudit(tx, audited('delete', deleted));
    await buryPending(tx, id, 'the webhook was deleted');
  });
}

/** The secret before stays valid for a day. @throws JudgeError `not-found` */
export async function rotateSecret(
  db: Db,
  accountId: string,
  id: string,
): Promise<{ readonly secret: string; readonly previousUntil: Date }> {
  return await db.transaction().execute(async (tx) => {
    const webhook = found(
      await tx
        .updateTable('webhooks')
        .set((eb) => ({
          previous_secret: eb.ref('secret'),
          previous_secret_until: PREVIOUS_VALID,
          secret: newWebhookSecret(),
        }))
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null)
        .returningAll()
        .executeTakeFirst(),
    );
    await appendAudit(tx, audited('rotate-secret', webhook));
    return { secret: webhook.secret, previousUntil: webhook.previous_secret_until ?? new Date() };
  });
}

function found<T>(row: T | undefined): T {
  if (row === undefined) throw new JudgeError('not-found', 'no webhook of yours has this id');
  return row;
}
