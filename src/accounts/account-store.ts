import { Inject, Injectable } from '@nestjs/common';
import { sql, type Kysely, type Selectable } from 'kysely';
import { appendAudit } from '../database/audit.js';
import { databaseFailure } from '../database/database-failure.js';
import { DATABASE } from '../database/database.module.js';
import { newId } from '../database/new-id.js';
import type { AccountsTable, Database } from '../database/schema.js';
import { pageOf, readCursor, type Page, type PageQuery } from '../http/page.js';
import { JudgeError } from '../errors.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

export type Account = Selectable<AccountsTable>;

export interface NewAccount {
  readonly name: string;
  readonly admin: boolean;
}

/** Keeps accounts, and says in the audit who changed them. */
@Injectable()
export class AccountStore {
  readonly #database: Kysely<Database>;
  readonly #authenticator: Authenticator;

  constructor(
    @Inject(DATABASE) database: Kysely<Database>,
    @Inject(Authenticator) authenticator: Authenticator,
  ) {
    this.#database = database;
    this.#authenticator = authenticator;
  }

  async list({ cursor, limit }: PageQuery): Promise<Page<Account>> {
    const before = readCursor(cursor);
    const rows = await this.#database
      .selectFrom('accounts')
      .selectAll()
      .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageOf(rows, limit, ({ id }) => id);
  }

  /** @throws JudgeError `not-found` */
  async get(id: string): Promise<Account> {
    const account = await this.#database
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return account ?? noSuchAccount();
  }

  /** @throws JudgeError `conflict` when the name is taken. */
  async create(principal: Principal, { name, admin }: NewAccount): Promise<Account> {
    try {
      return await this.#database.transaction().execute(async (tx) => {
        const account = await tx
          .insertInto('accounts')
          .values({ id: newId(), name, admin })
          .returningAll()
          .executeTakeFirstOrThrow();
        await appendAudit(tx, {
          actor: principal.accountId,
          action: 'account.create',
          object: account.id,
          details: { name, admin },
        });
        return account;
      });
    } catch (error) {
      if (databaseFailure(error) !== 'duplicate') throw error;
      throw new JudgeError('conflict', 'an account has this name', { cause: error });
    }
  }

  /** @throws JudgeError `not-found`, or `conflict` for the account of whoever asks. */
  async setDisabled(principal: Principal, id: string, disabled: boolean): Promise<Account> {
    if (disabled && id === principal.accountId) {
      throw new JudgeError('conflict', 'an account cannot disable itself');
    }
    const account = await this.#database.transaction().execute(async (tx) => {
      const changed = await tx
        .updateTable('accounts')
        .set({ disabled_at: disabled ? sql<Date>`coalesce(disabled_at, now())` : null })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (changed === undefined) return noSuchAccount();
      const action = disabled ? 'account.disable' : 'account.enable';
      await appendAudit(tx, { actor: principal.accountId, action, object: id });
      return changed;
    });
    this.#authenticator.forget();
    return account;
  }
}

function noSuchAccount(): never {
  throw new JudgeError('not-found', 'no account has this id');
}
