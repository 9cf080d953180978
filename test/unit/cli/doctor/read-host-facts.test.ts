import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDisk, readHostFacts } from '../../../../src/cli/doctor/read-host-facts.js';

const COMMON = {
  'proc/sys/kernel/osrelease': '6.12.9-amd64\n',
  'proc/meminfo': 'MemTotal:       16384000 kB\nMemFree:         1024 kB\n',
  'proc/swaps': 'Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
  'proc/self/status': 'Name:\tnode\nCpus_allowed:\tf\nCpus_allowed_list:\t0-2,5\n',
  'proc/sys/kernel/core_pattern': 'core\n',
};

const VERSION_1 = [
  'tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0',
  'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,nodev,noexec,relatime,cpu,cpuacct 0 0',
  'cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0',
  'cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0',
  'cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0',
  'cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,xattr,name=systemd 0 0',
  'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
].join('\n');

const VERSION_2 =
  'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'minos-host-'));
});
afterEach(() => rm(root, { recursive: true }));

async function factsOf(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries({ ...COMMON, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return readHostFacts(root, {
    slots: 1,
    dataDirectory: { path: '/', freeBytes: 0 },
    engine: { kind: 'absent', problem: '' },
    driver: { configured: 'docker' },
  });
}

describe('the facts of a host', () => {
  it('are read from the files of a hybrid cgroup v1 machine', async () => {
    const facts = await factsOf({ 'proc/self/mounts': VERSION_1 });
    expect(facts).toMatchObject({
      kernelRelease: '6.12.9-amd64',
      memoryBytes: 16_384_000 * 1024,
      swapBytes: 0,
      cores: 4,
      corePattern: 'core',
      cgroup: { version: 1, controllers: ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids'] },
    });
    expect(facts).not.toHaveProperty('smtActive');
    expect(facts).not.toHaveProperty('frequencyGovernor');
  });

  it('are read from the files of a cgroup v2 machine', async () => {
    const facts = await factsOf({
      'proc/self/mounts': VERSION_2,
      'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
      'sys/devices/system/cpu/smt/active': '1\n',
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
      'proc/sys/user/max_user_namespaces': '127000\n',
    });
    expect(facts).toMatchObject({
      smtActive: true,
      frequencyGovernor: 'powersave',
      maxUserNamespaces: 127_000,
      cgroup: { version: 2, controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'] },
    });
  });

  it('add up all swap areas', async () => {
    const line = (name: string, kib: number) => `${name}\t\tpartition\t${kib}\t\t0\t\t-2\n`;
    const swaps = COMMON['proc/swaps'] + line('/dev/sda2', 1024) + line('/dev/sdb2', 2048);
    expect(await factsOf({ 'proc/swaps': swaps })).toMatchObject({ swapBytes: 3 * 2 ** 20 });
  });

  it('tell a machine without cgroups', async () => {
    const facts = await factsOf({ 'proc/self/mounts': 'proc /proc proc rw 0 0' });
    expect(facts.cgroup).toEqual({ version: 'none', controllers: [] });
  });

  it('have the disk of a directory that is still to be made', async () => {
    const disk = await readDisk(join(root, 'not/there/yet'));
    expect(disk?.freeBytes).toBeGreaterThan(0);
  });
});
