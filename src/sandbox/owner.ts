import { readFile, readlink } from 'node:fs/promises';

/*
 * Which process owns a container or a scratch directory, in one word: boot, PID namespace, PID and
 * start time. The start time tells a reused PID, the boot a restarted machine. Whoever finds the
 * word later asks whether the owner is dead; what cannot be known from here counts as alive.
 */

export async function thisOwner(): Promise<string> {
  const [boot, namespace, start] = await Promise.all([bootId(), pidNamespace(), startTime('self')]);
  return [boot, namespace, process.pid, start].join('.');
}

/** True only if the owner certainly is no more. */
export async function isDead(owner: string): Promise<boolean> {
  const [boot, namespace, pid, start, ...rest] = owner.split('.');
  if (pid === undefined || start === undefined || rest.length > 0) return false;
  if (boot !== (await bootId())) return true;
  if (namespace !== (await pidNamespace())) return false;
  return (await startTime(pid)) !== start;
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

async function pidNamespace(): Promise<string> {
  return /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0] ?? '';
}

/** In clock ticks since boot; undefined if there is no such process, or only its zombie. */
async function startTime(pid: string): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the fields after it are numbers but the first.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
