import type { Kysely } from 'kysely';
import { newId } from './new-id.js';
import type { Database } from './schema.js';

export interface AuditEntry {
  /** Id of an account or worker; null: nobody known. */
  readonly actor: string | null;
  /** `thing.verb`, such as `token.revoke`. */
  readonly action: string;
  /** What it was done to: an id, a path. */
  readonly object: string;
  /** Never a secret, source code or test data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Says who did what, in the transaction that does it. */
export async function appendAudit(
  db: Kysely<Database>,
  { actor, action, object, details = {} }: AuditEntry,
): Promise<void> {
  await db
    .insertInto('audit_entries')
    .values({ id: newId(), actor, action, object, details: JSON.stringify(details) })
    .execute();
}
