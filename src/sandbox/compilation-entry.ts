import { createHash } from 'node:crypto';
import type { Compilation } from '../judging/compilation.js';

/*
 * What the cache remembers of a compilation, as a file: its own hash, and JSON.
 *
 *   entry := SHA-256 of the rest, in hexadecimal | line feed | JSON
 *
 * Whatever is not exactly that (cut short by a full disk, of another version, touched) is no entry.
 */

/** A file of an artifact; its bytes are in the blob store. */
export interface EntryFile {
  readonly name: string;
  readonly executable: boolean;
  readonly sha256: string;
  readonly sizeBytes: number;
}

type Costs = Pick<Compilation, 'log' | 'cpuTimeMs' | 'wallTimeMs' | 'memoryBytes'>;

export type CompilationEntry = Costs &
  (
    | {
        readonly kind: 'compiled';
        readonly contentHash: string;
        readonly files: readonly EntryFile[];
      }
    | {
        readonly kind: 'failed';
        readonly reason: string;
        /** How often the compiler has said just this. */
        readonly sightings: number;
      }
  );

export function formatEntry(key: string, entry: CompilationEntry): string {
  const body = JSON.stringify({ key, entry });
  return `${hashOf(body)}\n${body}`;
}

/** @returns undefined unless it is, unharmed, the entry of this key. */
export function parseEntry(text: string, key: string): CompilationEntry | undefined {
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== hashOf(body)) return undefined;
  try {
    // Its hash is right, so it is what formatEntry wrote, of this key or of another.
    const written = JSON.parse(body) as { key: string; entry: CompilationEntry };
    return written.key === key ? written.entry : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
