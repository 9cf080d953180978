import { Inject, Injectable, Logger } from '@nestjs/common';
import { sql, type Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { hashSecret } from './api-token.js';
import { isScope, scopesFor, type Principal } from './principal.js';

/** How long a revoked token may still work in another process; in this one it ends at once. */
const REMEMBERED_MS = 2000;
const MAX_REMEMBERED = 10_000;
/** `last_used_at` is as fine as this. */
const USE_STEP_S = 60;

interface Remembered {
  readonly principal: Principal;
  readonly untilMs: number;
}

/** Finds who holds a token. */
@Injectable()
export class Authenticator {
  readonly #database: Kysely<Database>;
  readonly #logger = new Logger('accounts');
  /** By the hash of the token. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(@Inject(DATABASE) database: Kysely<Database>) {
    this.#database = database;
  }

  /** Who used the token a moment ago; undefined is no answer, but a reason to ask. */
  remembered(token: string): Principal | undefined {
    const known = this.#remembered.get(hashSecret(token).toString('base64'));
    return known !== undefined && known.untilMs > performance.now() ? known.principal : undefined;
  }

  /** @returns undefined for a token that is unknown, expired, revoked, or of a disabled account. */
  async authenticate(token: string): Promise<Principal | undefined> {
    const hash = hashSecret(token);
    const key = hash.toString('base64');
    const principal = await this.#find(hash);
    if (principal === undefined) return undefined;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, { principal, untilMs: performance.now() + REMEMBERED_MS });
    this.#noteUse(principal.tokenId);
    return principal;
  }

  /** After tokens or accounts have changed. */
  forget(): void {
    this.#remembered.clear();
  }

  async #find(hash: Buffer): Promise<Principal | undefined> {
    const row = await this.#database
      .selectFrom('api_tokens as token')
      .innerJoin('accounts as account', 'account.id', 'token.account_id')
      .select([
        'token.id as tokenId',
        'token.scopes',
        'account.id',
        'account.name',
        'account.admin',
      ])
      .where('token.hash', '=', hash)
      .where('token.revoked_at', 'is', null)
      .where('account.disabled_at', 'is', null)
      .where((where) =>
        where.or([
          where('token.expires_at', 'is', null),
          where('token.expires_at', '>', sql<Date>`now()`),
        ]),
      )
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const allowed = scopesFor(row);
    const scopes = row.scopes.filter(isScope).filter((scope) => allowed.includes(scope));
    return {
      accountId: row.id,
      accountName: row.name,
      admin: row.admin,
      tokenId: row.tokenId,
      scopes: new Set(scopes),
    };
  }

  /** Nobody waits for it, and nothing fails when it does. */
  #noteUse(tokenId: string): void {
    this.#database
      .updateTable('api_tokens')
      .set({ last_used_at: sql<Date>`now()` })
      .where('id', '=', tokenId)
      .where(
        sql<boolean>`coalesce(last_used_at < now() - make_interval(secs => ${USE_STEP_S}), true)`,
      )
      .execute()
      .catch((error: unknown) =>
        this.#logger.warn({ event: 'token-use-not-noted', tokenId, error }),
      );
  }
}
