import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.js';

export interface BlobReference {
  readonly sha256: string;
  readonly bytes: number;
}

/** The stored files that rows refer to: archives of versions, and what their summaries name. */
export async function referencedBlobs(db: Kysely<Database>): Promise<readonly BlobReference[]> {
  const { rows } = await sql<BlobReference>`
    select archive_sha256 as sha256, archive_bytes as bytes from problem_versions
    union
    select blob ->> 'sha256', (blob ->> 'sizeBytes')::bigint
    from problem_versions, jsonb_path_query(summary, '$.** ? (exists(@.sha256))') as blob
    where jsonb_typeof(blob) = 'object'
    order by 1`.execute(db);
  return rows;
}
