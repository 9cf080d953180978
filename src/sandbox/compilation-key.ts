import { createHash } from 'node:crypto';
import type { ByteSource, StagedFile } from '../judging/bytes.js';
import type { ExecutionRequest } from '../judging/execution.js';

/** Changes whenever equal requests may compile to something else than before. */
const VERSION = 'minos compilation 1';

/**
 * Names what a compilation depends on: the toolchain by content, and everything of the request, what
 * is added to it later too. Two requests that differ in anything have different keys.
 * @param toolchain identifies the image that the toolchain's name stands for, and the machine's kind
 */
export async function compilationKey(
  { files, workFiles, stdin, ...settings }: ExecutionRequest,
  toolchain: string,
): Promise<string> {
  // JSON delimits strings, so that nothing of one can be read as part of the next.
  const ingredients = JSON.stringify([
    VERSION,
    toolchain,
    sorted(settings),
    await Promise.all(files.map(describe)),
    await Promise.all(workFiles.map(describe)),
    await contentHash(stdin),
  ]);
  return createHash('sha256').update(ingredients).digest('hex');
}

async function describe({ name, executable, content }: StagedFile): Promise<unknown> {
  return [name, executable, await contentHash(content)];
}

async function contentHash(content: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content.read({ reuseMemory: true })) hash.update(chunk);
  return hash.digest('hex');
}

/** The order in which an object's properties were set means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, sorted(each)]);
}
