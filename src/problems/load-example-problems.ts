import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { packPackage } from './pack-package.js';
import { isProblemSlug } from './problem-slug.js';
import { ProblemUploads, type ProblemUploadsParts } from './problem-uploads.js';

export interface ExampleProblemsParts extends ProblemUploadsParts {
  /** Every directory in it is a package. */
  readonly examples: string;
  /** Whose they are. */
  readonly accountId: string;
}

const REASON = 'shipped example';

/**
 * Imports the example problems that are not there yet by name; what somebody made of them since stays.
 * They are published at once, so that there is something to submit to; one whose time limit has to be
 * found is published by its verification.
 * @returns the names of those that were imported.
 */
export async function loadExampleProblems(parts: ExampleProblemsParts): Promise<readonly string[]> {
  const uploads = new ProblemUploads(parts);
  const known = await knownProblems(parts.db);
  const loaded: string[] = [];
  for (const name of await exampleNames(parts.examples)) {
    if (known.has(name)) continue;
    await using upload = await uploads.receive(packPackage(join(parts.examples, name)));
    const { created } = await uploads.store(upload, {
      name,
      accountId: parts.accountId,
      publishWhenGreen: true,
      publishedBecause: REASON,
    });
    if (created) loaded.push(name);
  }
  return loaded;
}

async function exampleNames(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && isProblemSlug(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function knownProblems(db: Kysely<Database>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('problems').select('name').execute();
  return new Set(rows.map(({ name }) => name));
}
