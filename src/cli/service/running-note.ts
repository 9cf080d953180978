import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Left in the data directory by `minos start`, for people and for a second `minos start`. */
export interface RunningNote {
  readonly pid: number;
  /** Where the API listens, once it does. */
  readonly url?: string;
}

export async function writeRunningNote(dataDirectory: string, note: RunningNote): Promise<void> {
  await writeFile(path(dataDirectory), `${JSON.stringify(note)}\n`);
}

export async function readRunningNote(dataDirectory: string): Promise<RunningNote | undefined> {
  try {
    return JSON.parse(await readFile(path(dataDirectory), 'utf8')) as RunningNote;
  } catch {
    return undefined;
  }
}

export async function removeRunningNote(dataDirectory: string): Promise<void> {
  await rm(path(dataDirectory), { force: true });
}

function path(dataDirectory: string): string {
  return join(dataDirectory, 'running.json');
}
