import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxFailure, type Sandbox } from '../../../src/judging/ports.js';
import { bashImage, openTestSandbox, testClient } from '../../contracts/docker-engine.js';
import { nativeProblem, openTestNative, testCgroups } from '../../contracts/native-host.js';
import { MIB, shell, tryOut } from '../../contracts/sandbox-trial.js';
import { OwnEngine } from './own-engine.js';

/** What the machine has left: less than the program is allowed, and less than it takes. */
const HOST_BYTES = 32 * MIB;
/** `tail` keeps a line until it ends. */
const TAKE = (mib: number) => `head -c ${mib * MIB} /dev/zero | tail -n 1 | wc -c`;

interface Host {
  readonly sandbox: Sandbox;
  /** A cgroup above those of all containers; what is short of memory is the same to the kernel. */
  readonly cgroup: string;
  close(): Promise<void>;
}

async function nativeHost(): Promise<Host> {
  const opened = await openTestNative({ slotCount: 1, engineId: `test-memory-${process.pid}` });
  await tryOut(opened.sandbox, shell('true'));
  return { ...opened, cgroup: opened.cgroups.pathOf('') };
}

async function dockerHost(): Promise<Host> {
  const from = await testClient();
  const image = await bashImage(from);
  const parent = `minos-test-${process.pid}`;
  // Beside that of all native engines, in the same hierarchy.
  const cgroup = join(testCgroups('any').pathOf(''), '../..', parent);
  await mkdir(cgroup, { recursive: true });
  const engine = await OwnEngine.start(from, image, { cgroupParent: `/${parent}` });
  const opened = await openTestSandbox({
    slotCount: 1,
    client: engine.client(),
    imageOf: () => Promise.resolve(image),
  });
  return {
    sandbox: opened.sandbox,
    cgroup,
    async close() {
      await opened.close();
      await engine.stop();
      await rmdir(cgroup);
    },
  };
}

const HOSTS = [
  { name: 'native driver', open: nativeHost },
  { name: 'Docker driver', open: dockerHost },
];

describe.skipIf(nativeProblem() !== undefined).each(HOSTS)(
  '$name on a machine short of memory (F16)',
  ({ open }) => {
    let host: Host;
    let limitFile: string;
    let unlimited: string;
    beforeAll(async () => {
      host = await open();
      const version = testCgroups('any').version;
      limitFile = join(host.cgroup, version === 1 ? 'memory.limit_in_bytes' : 'memory.max');
      unlimited = await readFile(limitFile, 'utf8');
    });
    afterAll(() => host.close());

    it('holds nothing against a program that is killed although it is far below its limit', async () => {
      const request = shell(TAKE(80), { limits: { memoryBytes: 256 * MIB } });
      await writeFile(limitFile, String(HOST_BYTES));
      const execution = tryOut(host.sandbox, request);
      await expect(execution).rejects.toThrow(SandboxFailure);
      await expect(execution).rejects.toThrow(/the machine ran out of memory|killed by signal 9/);
      await writeFile(limitFile, unlimited);
      const { outcome, stdout } = await tryOut(host.sandbox, request);
      expect(stdout.toString()).toBe(`${80 * MIB}\n`);
      expect(outcome.outOfMemoryKills).toBe(0);
    });

    it('still counts what a program that is over its own limit is killed for', async () => {
      const { outcome } = await tryOut(host.sandbox, shell(TAKE(200)));
      expect(outcome.outOfMemoryKills).toBeGreaterThan(0);
    });
  },
);
