import type { Transaction } from 'kysely';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';

export async function auditRejudging(
  tx: Transaction<Database>,
  actor: string,
  action: 'rejudging.create' | 'rejudging.apply' | 'rejudging.cancel',
  id: string,
  details: object,
): Promise<void> {
  await tx
    .insertInto('audit_entries')
    .values({ id: newId(), actor, action, object: id, details: JSON.stringify(details) })
    .execute();
}
