import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** Is this process alive, and does an argument of it contain the text? Ids are used again. */
export async function processRuns(pid: number, argument: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').some((part) => part.includes(argument));
}

/** SIGTERM, and SIGKILL when that was not heard in time. Resolves when the process is gone. */
export async function endProcess(pid: number, deadlineMs: number): Promise<void> {
  signal(pid, 'SIGTERM');
  const killAt = Date.now() + deadlineMs;
  let killed = false;
  while (await isAlive(pid)) {
    if (!killed && Date.now() > killAt) {
      signal(pid, 'SIGKILL');
      killed = true;
    }
    await sleep(POLL_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A zombie whose parent does not reap it is gone for every purpose. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (status === '') return false;
  return !/^\d+ \(.*\) Z/s.test(status);
}

const SYSTEM_CONTAINERD = '/run/containerd/containerd.sock';

/**
 * A socket file at the usual place makes dockerd use that containerd instead of one of its own. One
 * that nobody listens on any more would stop it from starting.
 */
export async function clearSystemContainerd(socket = SYSTEM_CONTAINERD): Promise<void> {
  if ((await connectionError(socket)) === 'ECONNREFUSED') await rm(socket, { force: true });
}

function connectionError(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
