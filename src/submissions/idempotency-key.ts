import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import type { SourceFile } from './source-file.js';
import type { SubmitDto } from './submit.dto.js';

/** Visible ASCII; the draft "The Idempotency-Key HTTP Header Field" leaves the form to the server. */
const FORM = /^[\x21-\x7e]{1,255}$/;

/** @throws JudgeError `bad-usage`. */
export function checkIdempotencyKey(key: string | undefined): string | undefined {
  if (key === undefined || FORM.test(key)) return key;
  throw new JudgeError(
    'bad-usage',
    'Idempotency-Key must be of 1 to 255 visible ASCII characters, without blanks',
  );
}

/** Tells a repetition from another submission. A form and a JSON that say the same are the same. */
export function submissionHash(fields: SubmitDto, files: readonly SourceFile[]): string {
  const { problem_id: problem, language_id: language, entry_point: entryPoint } = fields;
  const { mode, lane, submitter, source } = fields;
  return requestHash([problem, language, entryPoint, mode, lane, submitter, source], files);
}

/** Of everything that makes a request what it is, in an order of its own. */
export function requestHash(
  values: readonly (string | number | undefined)[],
  files: readonly SourceFile[],
): string {
  const contents = files.map(({ name, content }) => [name, sha256(content)]);
  return sha256(JSON.stringify([...values.map((value) => value ?? null), contents]));
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The submission that this key gave before.
 * @throws JudgeError `idempotency-conflict` when it was another request.
 */
export async function findRepeated(
  db: Kysely<Database>,
  accountId: string,
  { key, requestHash: hash }: { readonly key: string; readonly requestHash: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['submission_id', 'request_hash'])
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row !== undefined && row.request_hash !== hash) throw keyConflict('submission');
  return row?.submission_id;
}

export function keyConflict(what: string): JudgeError {
  return new JudgeError(
    'idempotency-conflict',
    `this Idempotency-Key was used for a ${what} that differs`,
  );
}
