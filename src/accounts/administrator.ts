import { randomBytes } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';
import { hashSecret } from './api-token.js';

/** A secret that is exchanged for a token, once. */
export interface SignInSecret {
  readonly accountName: string;
  readonly secret: string;
  readonly expiresAt: Date;
}

/** How far the first administrator has come. */
export type FirstAdministrator =
  | ({ readonly kind: 'invited' } & SignInSecret)
  /** Invited by an earlier start. */
  | { readonly kind: 'awaited'; readonly accountName: string }
  | { readonly kind: 'present'; readonly accountName: string };

const FIRST_NAME = 'admin';
/** Whoever is late gets another by `minos admin-secret`. */
const VALID_HOURS = 24;
const SECRET_BYTES = 32;
/** Of several processes that start on an empty database, one invites. */
const LOCK_KEY = 5_206_811_305;

/**
 * Makes the first administrator's account and secret unless there are any. The secret is handed to
 * `keep` before anything is committed: a secret that nobody could read is never the one that counts.
 */
export async function inviteFirstAdministrator(
  db: Kysely<Database>,
  keep: (secret: SignInSecret) => Promise<void>,
): Promise<FirstAdministrator> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_KEY)})`.execute(tx);
    const account = await oldestAdministrator(tx);
    if (account !== undefined) {
      const accountName = account.name;
      if (await hasSignedIn(tx, account.id)) return { kind: 'present', accountName };
      if (await hasValidSecret(tx, account.id)) return { kind: 'awaited', accountName };
    }
    const secret = await makeSecret(tx, account ?? (await makeAdministrator(tx)));
    await keep(secret);
    return { kind: 'invited', ...secret };
  });
}

/**
 * A new secret for an administrator, by default the first; earlier ones that were not used are void.
 * @returns undefined when there is no such administrator.
 */
export async function renewAdministratorSecret(
  db: Kysely<Database>,
  accountName: string | undefined,
): Promise<SignInSecret | undefined> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_KEY)})`.execute(tx);
    const known = await oldestAdministrator(tx, accountName);
    if (known === undefined && accountName !== undefined) return undefined;
    return makeSecret(tx, known ?? (await makeAdministrator(tx)));
  });
}

interface Account {
  readonly id: string;
  readonly name: string;
}

async function oldestAdministrator(
  tx: Transaction<Database>,
  name?: string,
): Promise<Account | undefined> {
  return tx
    .selectFrom('accounts')
    .select(['id', 'name'])
    .where('admin', '=', true)
    .where('disabled_at', 'is', null)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

async function makeAdministrator(tx: Transaction<Database>): Promise<Account> {
  const taken = await tx.selectFrom('accounts').select('name').execute();
  const names = new Set(taken.map(({ name }) => name));
  let name = FIRST_NAME;
  // Others of that name may be there, disabled.
  for (let number = 2; names.has(name); number += 1) name = `${FIRST_NAME}-${number}`;
  const account = { id: newId(), name };
  await tx
    .insertInto('accounts')
    .values({ ...account, admin: true })
    .execute();
  return account;
}

async function makeSecret(tx: Transaction<Database>, account: Account): Promise<SignInSecret> {
  const secret = `mns_once_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  await tx
    .deleteFrom('sign_in_secrets')
    .where('account_id', '=', account.id)
    .where('used_at', 'is', null)
    .execute();
  const { expires_at: expiresAt } = await tx
    .insertInto('sign_in_secrets')
    .values({
      hash: hashSecret(secret),
      account_id: account.id,
      expires_at: sql<Date>`now() + make_interval(hours => ${sql.lit(VALID_HOURS)})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('audit_entries')
    .values({
      id: newId(),
      actor: null,
      action: 'administrator-secret-made',
      object: account.id,
      details: '{}',
    })
    .execute();
  return { accountName: account.name, secret, expiresAt };
}

async function hasSignedIn(tx: Transaction<Database>, accountId: string): Promise<boolean> {
  const token = await tx
    .selectFrom('api_tokens')
    .select('id')
    .where('account_id', '=', accountId)
    .limit(1)
    .executeTakeFirst();
  return token !== undefined;
}

async function hasValidSecret(tx: Transaction<Database>, accountId: string): Promise<boolean> {
  const secret = await tx
    .selectFrom('sign_in_secrets')
    .select('hash')
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return secret !== undefined;
}
