import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { printable } from '../problems/plain-name.js';
import type { ProblemSummary } from '../problems/problem-summary.js';
import type { ProgramTerms } from './read-program.js';

/** The version that a submission of now is judged against, and what it asks of submissions. */
export interface ProblemTerms extends ProgramTerms {
  readonly problemId: string;
  readonly versionId: string;
  readonly versionNumber: number;
}

interface Row {
  readonly problemId: string;
  readonly versionId: string | null;
  readonly versionNumber: number;
  readonly archived: boolean;
  readonly codeBytes: ProblemSummary['limits']['codeBytes'];
  readonly languages: ProblemSummary['languages'];
}

/** @throws JudgeError `unknown-problem`; `conflict` for one that takes no submissions any more. */
export async function problemTerms(db: Kysely<Database>, name: string): Promise<ProblemTerms> {
  // The summary can be long: only what is asked for leaves the database.
  const { rows } = await sql<Row>`
    select problems.id as "problemId", versions.id as "versionId",
      number as "versionNumber",
      archived_at is not null as archived,
      (summary #> '{limits,codeBytes}')::integer as "codeBytes", summary -> 'languages' as languages
    from problems left join problem_versions versions on versions.id = published_version_id
    where problems.name = ${name}
  `.execute(db);
  const row = rows[0];
  if (row === undefined || row.versionId === null) {
    throw new JudgeError('unknown-problem', `no problem ${printable(name)} is published`);
  }
  if (row.archived) {
    throw new JudgeError('conflict', `${printable(name)} takes no submissions any more`);
  }
  return {
    problemId: row.problemId,
    versionId: row.versionId,
    versionNumber: row.versionNumber,
    codeLimitBytes: row.codeBytes,
    ...(row.languages === null ? {} : { allowedLanguages: row.languages }),
  };
}
