import { Inject, Injectable } from '@nestjs/common';
import { sql, type Kysely } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { hashSecret } from './api-token.js';
import { scopesFor } from './principal.js';
import { insertToken, type FreshToken } from './token-store.js';
import type { Account } from './account-store.js';

/** Exchanges one-time secrets for tokens. */
@Injectable()
export class SignIn {
  readonly #database: Kysely<Database>;

  constructor(@Inject(DATABASE) database: Kysely<Database>) {
    this.#database = database;
  }

  /**
   * A token with every scope that the account may have. The secret is looked up by its hash, so that
   * time says nothing of it; one statement uses it up, so that of many at once one succeeds.
   * @param address Where it was tried from, for the audit.
   * @throws JudgeError `unauthorized`
   */
  async exchange(
    secret: string,
    address: string,
  ): Promise<{ token: FreshToken; account: Account }> {
    const done = await this.#database.transaction().execute(async (tx) => {
      const used = await tx
        .updateTable('sign_in_secrets')
        .from('accounts')
        .set({ used_at: sql<Date>`now()` })
        .whereRef('accounts.id', '=', 'sign_in_secrets.account_id')
        .where('accounts.disabled_at', 'is', null)
        .where('sign_in_secrets.hash', '=', hashSecret(secret))
        .where('sign_in_secrets.used_at', 'is', null)
        .where('sign_in_secrets.expires_at', '>', sql<Date>`now()`)
        .returningAll('accounts')
        .executeTakeFirst();
      if (used === undefined) return undefined;
      const token = await insertToken(tx, {
        accountId: used.id,
        name: 'sign-in',
        scopes: scopesFor(used),
        expiresAt: undefined,
      });
      await appendAudit(tx, {
        actor: used.id,
        action: 'account.sign-in',
        object: token.id,
        details: { address },
      });
      return { token, account: used };
    });
    if (done !== undefined) return done;
    await appendAudit(this.#database, {
      actor: null,
      action: 'account.sign-in-refused',
      object: 'sign-in',
      details: { address },
    });
    throw new JudgeError('unauthorized', 'the secret is unknown, used or expired');
  }
}
