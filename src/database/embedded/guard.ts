import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { SERVER_ENVIRONMENT, writeFor } from './server-files.js';
import type { ServerUser } from './server-user.js';

/** Long enough for API and workers, which go when we do, to end in order before their database. */
const GRACE_S = 12;

/**
 * Outlives us when we are killed: stdin ends with us, and then the server is stopped, unless another
 * Minos has taken it over in the meantime and left the mark of its own guard.
 */
const SCRIPT = `
read -r _ || :
sleep ${GRACE_S}
[ "$(cat "$1/minos.guard" 2>/dev/null)" = "$2" ] || exit 0
pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) && kill -INT "$pid"
`;

/** @returns how to end it, when the server has been stopped in order. */
export async function guardServer(data: string, user: ServerUser): Promise<() => void> {
  const mark = randomUUID();
  await writeFor(user, join(data, 'minos.guard'), mark);
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'minos-guard', data, mark], {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    ...user.ids,
  });
  // A guard that somebody kills is missed only when we are killed, too.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  let ended = false;
  child.once('exit', () => (ended = true));
  return () => {
    if (child.pid === undefined || ended) return;
    ended = true;
    // With the `sleep` that it may have started.
    process.kill(-child.pid, 'SIGKILL');
  };
}
