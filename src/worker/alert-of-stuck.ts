import { hostname } from 'node:os';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { inTransaction } from '../database/transaction.js';
import { raiseAlert } from '../operations/alerts.js';

/** Tells staff that this machine's containers pile up. Judging goes on meanwhile. */
export async function alertOfStuck(db: Kysely<Database>, reason: string): Promise<void> {
  const worker = hostname();
  await inTransaction(db, (tx) =>
    raiseAlert(tx, {
      kind: 'container-stuck',
      subject: `worker:${worker}`,
      message: `containers of the worker ${worker} cannot be removed: ${reason}`,
      details: { worker, reason },
    }),
  );
}
