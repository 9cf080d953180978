import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { workerJudges } from '../database/worker-life.js';
import type { Language } from '../judging/language.js';

export type LanguageStatus = 'ready' | 'preparing' | 'disabled';

/** What becomes of a submission in a language now: `ready` needs a worker that takes jobs. */
export async function languageStatus(
  db: Kysely<Database>,
): Promise<(language: Language) => LanguageStatus> {
  const disabled = await db
    .selectFrom('disabled_parts')
    .select('part')
    .where('kind', '=', 'language')
    .execute();
  const { rows } = await sql<{ toolchain: string }>`
    select distinct key as toolchain from workers, jsonb_each(toolchains)
    where ${workerJudges} and value ->> 'state' = 'ready'`.execute(db);
  const off = new Set(disabled.map(({ part }) => part));
  const ready = new Set(rows.map(({ toolchain }) => toolchain));
  return ({ id, toolchain }) => {
    if (off.has(id)) return 'disabled';
    return ready.has(toolchain) ? 'ready' : 'preparing';
  };
}
