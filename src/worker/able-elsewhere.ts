import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { WORKER_GONE_S } from '../operations/worker-topic.js';

/** Those of the toolchains that another worker, which takes jobs, does not fail to have. */
export async function ableElsewhere(
  toolchains: readonly string[],
  { db, workerId }: { readonly db: Kysely<Database>; readonly workerId: string },
): Promise<ReadonlySet<string>> {
  if (toolchains.length === 0) return new Set();
  const { rows } = await sql<{ toolchain: string }>`
    select distinct toolchain from workers, jsonb_each(toolchains) as has (toolchain, status)
    where id <> ${workerId} and state = 'active' and slots > 0
      and heartbeat_at > now() - ${WORKER_GONE_S} * interval '1 s'
      and toolchain = any (${toolchains}) and status ->> 'state' <> 'failed'`.execute(db);
  return new Set(rows.map(({ toolchain }) => toolchain));
}
