import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { workerJudges } from '../database/worker-life.js';

/** Those of the toolchains that another worker, which takes jobs, does not fail to have. */
export async function ableElsewhere(
  toolchains: readonly string[],
  { db, workerId }: { readonly db: Kysely<Database>; readonly workerId: string },
): Promise<ReadonlySet<string>> {
  if (toolchains.length === 0) return new Set();
  const { rows } = await sql<{ toolchain: string }>`
    select distinct toolchain from workers, jsonb_each(toolchains) as has (toolchain, status)
    where id <> ${workerId} and ${workerJudges} and slots > 0
      and toolchain = any (${toolchains}) and status ->> 'state' <> 'failed'`.execute(db);
  return new Set(rows.map(({ toolchain }) => toolchain));
}
