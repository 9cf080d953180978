import { Inject, Injectable } from '@nestjs/common';
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { DATABASE } from '../database/database.module.js';
import { newId } from '../database/new-id.js';
import type { ApiTokensTable, Database } from '../database/schema.js';
import { pageOf, readCursor, type Page, type PageQuery } from '../http/page.js';
import { JudgeError } from '../errors.js';
import { hashSecret, newApiToken } from './api-token.js';
import { Authenticator } from './authenticator.js';
import { scopesFor, type Principal, type Scope } from './principal.js';

export type ApiToken = Omit<Selectable<ApiTokensTable>, 'hash'>;

/** The only time that the token's text is there. */
export interface FreshToken extends ApiToken {
  readonly token: string;
}

export interface NewToken {
  /** The account that asks, unless given. */
  readonly accountId: string | undefined;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | undefined;
}

const COLUMNS = [
  'id',
  'account_id',
  'name',
  'scopes',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const;

/** Keeps tokens: no token ever makes one that may do more, or for longer, than itself. */
@Injectable()
export class TokenStore {
  readonly #database: Kysely<Database>;
  readonly #authenticator: Authenticator;

  constructor(
    @Inject(DATABASE) database: Kysely<Database>,
    @Inject(Authenticator) authenticator: Authenticator,
  ) {
    this.#database = database;
    this.#authenticator = authenticator;
  }

  async list(
    principal: Principal,
    accountId: string | undefined,
    { cursor, limit }: PageQuery,
  ): Promise<Page<ApiToken>> {
    const of = await this.#accountFor(principal, accountId);
    const before = readCursor(cursor);
    const rows = await this.#database
      .selectFrom('api_tokens')
      .select(COLUMNS)
      .where('account_id', '=', of.id)
      .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageOf(rows, limit, ({ id }) => id);
  }

  /** @throws JudgeError `forbidden`, `not-found` or `bad-usage`, saying what cannot be granted. */
  async create(principal: Principal, wish: NewToken): Promise<FreshToken> {
    const account = await this.#accountFor(principal, wish.accountId);
    const excess = wish.scopes.filter((scope) => !principal.scopes.has(scope));
    if (excess.length > 0) {
      throw new JudgeError('forbidden', `the token itself lacks ${excess.join(', ')}`);
    }
    const allowed = scopesFor(account);
    const staff = wish.scopes.filter((scope) => !allowed.includes(scope));
    if (staff.length > 0) {
      throw new JudgeError('forbidden', `only administrators hold ${staff.join(', ')}`);
    }
    return this.#database.transaction().execute(async (tx) => {
      await this.#checkExpiry(tx, principal, wish.expiresAt);
      const fresh = await insertToken(tx, { ...wish, accountId: account.id });
      await appendAudit(tx, {
        actor: principal.accountId,
        action: 'token.create',
        object: fresh.id,
        details: { accountId: account.id, scopes: wish.scopes, by: principal.tokenId },
      });
      return fresh;
    });
  }

  /** Revoking a token twice is revoking it. @throws JudgeError `not-found` or `forbidden`. */
  async revoke(principal: Principal, id: string): Promise<void> {
    await this.#database.transaction().execute(async (tx) => {
      const token = await tx
        .selectFrom('api_tokens')
        .select(['account_id', 'scopes'])
        .where('id', '=', id)
        .executeTakeFirst();
      const others = principal.scopes.has('accounts:write');
      if (token === undefined || (token.account_id !== principal.accountId && !others)) {
        throw new JudgeError('not-found', 'no token has this id');
      }
      const own = principal.scopes as ReadonlySet<string>;
      if (!others && !token.scopes.every((scope) => own.has(scope))) {
        throw new JudgeError('forbidden', 'the token may do more than the one that is used');
      }
      await tx
        .updateTable('api_tokens')
        .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
        .where('id', '=', id)
        .execute();
      await appendAudit(tx, { actor: principal.accountId, action: 'token.revoke', object: id });
    });
    this.#authenticator.forget();
  }

  async #accountFor(
    principal: Principal,
    accountId = principal.accountId,
  ): Promise<{ readonly id: string; readonly admin: boolean }> {
    if (accountId === principal.accountId) return { id: accountId, admin: principal.admin };
    if (!principal.scopes.has('accounts:write')) {
      throw new JudgeError('forbidden', 'tokens of others need the scope accounts:write');
    }
    const account = await this.#database
      .selectFrom('accounts')
      .select(['id', 'admin'])
      .where('id', '=', accountId)
      .executeTakeFirst();
    if (account === undefined) throw new JudgeError('not-found', 'no account has this id');
    return account;
  }

  async #checkExpiry(
    tx: Transaction<Database>,
    principal: Principal,
    wished: Date | undefined,
  ): Promise<void> {
    const { expires_at: own, now } = await tx
      .selectFrom('api_tokens')
      .select(['expires_at', sql<Date>`now()`.as('now')])
      .where('id', '=', principal.tokenId)
      .executeTakeFirstOrThrow();
    if (wished !== undefined && wished <= now) {
      throw new JudgeError('bad-usage', 'expires_at is not in the future');
    }
    if (own !== null && (wished === undefined || wished > own)) {
      throw new JudgeError('forbidden', `the token itself expires at ${own.toISOString()}`);
    }
  }
}

/** Whoever calls this has checked that the account may have the scopes. */
export async function insertToken(
  db: Kysely<Database>,
  { accountId, name, scopes, expiresAt }: NewToken & { readonly accountId: string },
): Promise<FreshToken> {
  const token = newApiToken();
  const row = await db
    .insertInto('api_tokens')
    .values({
      id: newId(),
      account_id: accountId,
      name,
      hash: hashSecret(token),
      scopes: [...scopes],
      expires_at: expiresAt ?? null,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return { ...row, token };
}
