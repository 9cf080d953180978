import { sql, type Kysely } from 'kysely';
import type { Blobs } from '../blobs/blobs.js';
import { mayRemoveBlobs } from '../database/blob-lock.js';
import { referencedBlobs } from '../database/blob-references.js';
import type { Database } from '../database/schema.js';

export interface SweepOptions {
  /** Younger ones may belong to an upload that is under way. */
  readonly olderThanMs?: number;
}

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** Uploads wait while so many are removed. */
const AT_ONCE = 100;

/**
 * Removes stored files that no row refers to: of uploads that failed at the end or gave a version that
 * was there already, and of what a restored backup replaced. Every API process may do it.
 * @returns how many.
 */
export async function sweepBlobs(
  db: Kysely<Database>,
  blobs: Blobs,
  { olderThanMs = WEEK_MS }: SweepOptions = {},
): Promise<number> {
  const referenced = await referencedHashes(db);
  // A database that is new, or not restored yet, says nothing about the store beside it.
  if (referenced.size === 0) return 0;
  let removed = 0;
  let found: string[] = [];
  for await (const { sha256, ageMs } of blobs.list()) {
    if (ageMs < olderThanMs || referenced.has(sha256)) continue;
    found.push(sha256);
    if (found.length < AT_ONCE) continue;
    removed += await removeUnreferenced(db, blobs, found);
    found = [];
  }
  return removed + (await removeUnreferenced(db, blobs, found));
}

/** A row may have come to name them meanwhile: they are looked for again. */
async function removeUnreferenced(
  db: Kysely<Database>,
  blobs: Blobs,
  found: readonly string[],
): Promise<number> {
  if (found.length === 0) return 0;
  return await db.transaction().execute(async (tx) => {
    // The lock must not end while a store that is slow still removes something.
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
    if (!(await mayRemoveBlobs(tx))) return 0;
    const referenced = await referencedHashes(tx);
    const unreferenced = found.filter((sha256) => !referenced.has(sha256));
    for (const sha256 of unreferenced) await blobs.delete(sha256);
    return unreferenced.length;
  });
}

async function referencedHashes(db: Kysely<Database>): Promise<ReadonlySet<string>> {
  return new Set((await referencedBlobs(db)).map(({ sha256 }) => sha256));
}
