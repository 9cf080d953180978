import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What `postmaster.pid` says of a server that lives. */
export interface Postmaster {
  readonly pid: number;
  readonly socketDirectory: string;
  /** `starting`, `ready`, `stopping`…; empty before the server knows. */
  readonly status: string;
}

/** Lines of the file, from 0 (src/include/utils/pidfile.h). */
const SOCKET_DIRECTORY_LINE = 4;
const STATUS_LINE = 7;
const POLL_MS = 50;

/** The server of the data, if it lives. What a dead one left is the next server's to clear away. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!(pid > 1) || !(await isServerOf(pid, data))) return undefined;
  return {
    pid,
    socketDirectory: lines[SOCKET_DIRECTORY_LINE]?.trim() ?? '',
    status: lines[STATUS_LINE]?.trim() ?? '',
  };
}

/** Process ids are used again: only a process that was started for this data counts. */
export async function isServerOf(pid: number, data: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!commandLine.split('\0').includes(data)) return false;
  // A zombie, which has no command line, is gone for every purpose.
  return true;
}

/** @returns whether it ended in time. */
export async function ends(pid: number, data: string, deadlineMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + deadlineMs;
  while (await isServerOf(pid, data)) {
    if (Date.now() > giveUpAt) return false;
    await sleep(POLL_MS);
  }
  return true;
}
