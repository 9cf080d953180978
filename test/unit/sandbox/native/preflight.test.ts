import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inhabitedCgroup, missingCapabilities } from '../../../../src/sandbox/native/preflight.js';

it('names the capabilities that root does not have', () => {
  expect(missingCapabilities('CapEff:\t000001ffffffffff\n')).toBeUndefined();
  // Docker's default set.
  expect(missingCapabilities('CapEff:\t00000000a80425fb\n')).toBe('root without CAP_SYS_ADMIN');
  expect(missingCapabilities('CapEff:\t0000000000000000\n')).toContain('CAP_SETUID');
});

describe('the root of a version 2 hierarchy', () => {
  /** A directory with these files, as the kernel's cgroup would have them. */
  async function inhabited(files: Readonly<Record<string, string>>) {
    const directory = await mkdtemp(join(tmpdir(), 'minos-cgroup-'));
    try {
      for (const [name, text] of Object.entries(files)) {
        await writeFile(join(directory, name), text);
      }
      return inhabitedCgroup(directory)?.replace(directory, '/sys/fs/cgroup');
    } finally {
      await rm(directory, { recursive: true });
    }
  }
  const container = {
    'cgroup.type': 'domain\n',
    'cgroup.subtree_control': '\n',
    'cgroup.procs': '1\n7\n',
  };

  it('may have processes where it is the machine’s', async () => {
    // Recorded: Linux 6.12. No cgroup.type.
    const machine = { 'cgroup.subtree_control': 'cpu memory pids\n', 'cgroup.procs': '1\n2\n' };
    expect(await inhabited(machine)).toBeUndefined();
  });

  it('may have none where it is a container’s', async () => {
    expect(await inhabited(container)).toBe(
      "/sys/fs/cgroup is a container's cgroup (version 2) with processes in it: they have to be moved below it first",
    );
    expect(await inhabited({ ...container, 'cgroup.procs': '' })).toBeUndefined();
  });

  it('is fit where it hands the controllers down already', async () => {
    const enabled = { ...container, 'cgroup.subtree_control': 'cpuset cpu io memory pids\n' };
    expect(await inhabited(enabled)).toBeUndefined();
  });
});
