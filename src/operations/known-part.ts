import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import type { LanguageRegistry } from '../languages/language-registry.js';
import type { Part } from './disabled-parts.js';

/**
 * The part of this name, which for a language may be an alias: a slip of the pen would switch off
 * nothing, and nobody would notice.
 * @throws JudgeError `unknown-language` or `unknown-problem`.
 */
export async function knownPart(
  db: Kysely<Database>,
  languages: LanguageRegistry,
  { kind, part }: Part,
): Promise<Part> {
  if (kind === 'language') return { kind, part: languages.get(part).id };
  const problem = await db
    .selectFrom('problems')
    .select('name')
    .where('name', '=', part)
    .executeTakeFirst();
  if (problem === undefined) {
    throw new JudgeError('unknown-problem', `there is no problem ${JSON.stringify(part)}`);
  }
  return { kind, part: problem.name };
}
