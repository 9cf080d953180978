import { JudgeError } from '../errors.js';

/**
 * A backup is a tar.gz archive. Its last entry says what the others are: an archive that was cut off
 * has none, and is no backup.
 *
 *   tables/NAME/NUMBER.json   rows as arrays of texts in the order of the columns, null for NULL
 *   blobs/SHA256              stored files that the rows refer to
 *   manifest.json
 */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** Of the program. */
  readonly minos: string;
  readonly createdAt: string;
  /** Names of the migrations that made the tables. */
  readonly migrations: readonly string[];
  readonly tables: readonly TableManifest[];
  readonly sequences: readonly SequenceManifest[];
  readonly entries: readonly EntryManifest[];
}

export interface TableManifest {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

export interface SequenceManifest {
  readonly table: string;
  readonly column: string;
  /** As text: it may be beyond a number. */
  readonly lastValue: string;
}

export interface EntryManifest {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const FORMAT = 'minos-backup';
export const VERSION = 1;
export const MANIFEST_NAME = 'manifest.json';
export const TABLE_ENTRY = /^tables\/([a-z_0-9]+)\/\d+\.json$/;
export const BLOB_ENTRY = /^blobs\/([0-9a-f]{64})$/;

/** @throws JudgeError `bad-backup` */
export function parseManifest(text: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw badBackup('its manifest cannot be read', error);
  }
  const { format, version } = (content ?? {}) as Partial<Manifest>;
  if (format !== FORMAT) throw badBackup('its manifest is that of something else');
  // What the archive says elsewhere was written by the program that wrote this line.
  if (version !== VERSION)
    throw badBackup(`it has format ${String(version)}: a newer Minos reads it`);
  return content as Manifest;
}

export function badBackup(what: string, cause?: unknown): JudgeError {
  return new JudgeError('bad-backup', `this is no whole backup: ${what}`, { cause });
}
