import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceOf, type StagedFile } from '../judging/bytes.js';
import type { Language } from '../judging/language.js';
import type { HostileCase } from './hostile-case.js';

/** The same from `src/selftest` and from `dist/selftest`. */
const PROGRAMS = fileURLToPath(new URL('../../selftest/programs/', import.meta.url));

/** Probes share this header. */
const PROBE_HEADER = 'probe.h';

/** The files of a hostile program, as a contestant would submit them. */
export async function programFiles(
  source: HostileCase['source'],
  language: Language,
): Promise<readonly StagedFile[]> {
  if (typeof source !== 'string') {
    const { text } = source;
    return [file(language.sourceFile, typeof text === 'string' ? Buffer.from(text) : text)];
  }
  const path = join(PROGRAMS, source);
  if (!(await stat(path)).isDirectory()) return await singleFile(path, language);
  const names = await readdir(path);
  return await Promise.all(names.map(async (name) => file(name, await readFile(join(path, name)))));
}

async function singleFile(path: string, language: Language): Promise<readonly StagedFile[]> {
  const main = file(language.sourceFile, await readFile(path));
  if (language.id !== 'c') return [main];
  return [main, file(PROBE_HEADER, await readFile(join(PROGRAMS, PROBE_HEADER)))];
}

export function file(name: string, bytes: Uint8Array): StagedFile {
  return { name, executable: false, content: sourceOf(bytes) };
}
