import { access, readdir, readFile, statfs } from 'node:fs/promises';
import type { SuiteDriver } from './suite-driver.js';

/** What a program that got out, or was not cleaned up after, would change. */
export interface HostState {
  /** Of the users of the slots. */
  readonly processes: readonly string[];
  readonly containers: number;
  /** Control groups and directories of containers that no longer exist. */
  readonly remains: readonly string[];
  /** System V objects of the users of the slots. */
  readonly ipcObjects: readonly string[];
  /** Output that is still on disk. */
  readonly spools: number;
  readonly ownDescriptors: number;
  readonly ownMemoryBytes: number;
  /** Of each directory of the driver. */
  readonly freeBytes: readonly number[];
}

/** @param containers all that were seen while judging. */
export async function hostState(
  driver: SuiteDriver,
  containers: ReadonlySet<string>,
): Promise<HostState> {
  const volumes = await Promise.all(driver.directories.map((directory) => statfs(directory)));
  const existing = await driver.containers();
  const gone = [...containers].filter((id) => !existing.includes(id));
  const spools = await readdir(driver.scratchDirectory, { recursive: true, withFileTypes: true });
  return {
    processes: await processesOf(driver.slotUids),
    containers: existing.length,
    remains: await remainsOf(gone, driver),
    ipcObjects: await ipcObjectsOf(driver.slotUids),
    spools: spools.filter((entry) => entry.isFile()).length,
    ownDescriptors: (await readdir('/proc/self/fd')).length,
    ownMemoryBytes: process.memoryUsage.rss(),
    freeBytes: volumes.map(({ bfree, bsize }) => bfree * bsize),
  };
}

/** `pid name`, of the host's processes that run as one of these users. */
export async function processesOf(uids: readonly number[]): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? NaN);
      return uids.includes(uid) ? [`${pid} ${/^Name:\s+(.*)$/m.exec(status)?.[1] ?? ''}`] : [];
    }),
  );
  return found.flat();
}

/** Where the daemon's drivers make the groups of containers, in both versions of control groups. */
const CGROUP_PARENTS = ['memory/docker', 'pids/docker', 'docker', 'system.slice'];

async function remainsOf(gone: readonly string[], driver: SuiteDriver): Promise<readonly string[]> {
  const groups = await Promise.all(
    CGROUP_PARENTS.map((parent) => readdir(`/sys/fs/cgroup/${parent}`).catch(() => [])),
  );
  const names = groups.flat();
  const left = await Promise.all(
    gone.map(async (id) => {
      const directory = driver.containerDirectory(id);
      const onDisk = await access(directory).then(
        () => [directory],
        () => [],
      );
      return [...names.filter((name) => name.includes(id)), ...onDisk];
    }),
  );
  return left.flat();
}

async function ipcObjectsOf(uids: readonly number[]): Promise<readonly string[]> {
  const kinds = ['shm', 'sem', 'msg'];
  const tables = await Promise.all(
    kinds.map((kind) => readFile(`/proc/sysvipc/${kind}`, 'utf8').catch(() => '')),
  );
  return tables.flatMap((table, index) => {
    const [head = '', ...lines] = table.trim().split('\n');
    const column = head.trim().split(/\s+/).indexOf('uid');
    const owners = lines.map((line) => Number(line.trim().split(/\s+/)[column]));
    return owners.filter((uid) => uids.includes(uid)).map(() => kinds[index] ?? '');
  });
}
