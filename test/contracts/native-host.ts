import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { BlobStore } from '../../src/sandbox/blob-store.js';
import { exportImage } from '../../src/sandbox/docker/image-export.js';
import { ImageBuilder } from '../../src/sandbox/docker/image-builder.js';
import { CgroupTree } from '../../src/sandbox/native/cgroup-tree.js';
import {
  NativeSandbox,
  type NativeSandboxOptions,
} from '../../src/sandbox/native/native-sandbox.js';
import { preflight } from '../../src/sandbox/native/preflight.js';
import { RootStore } from '../../src/sandbox/native/root-store.js';
import { allowedCores, planSlots } from '../../src/sandbox/slots.js';
import { testClient } from './docker-engine.js';

/** A uid range of the tests' own, so that they disturb no Minos at work on the same machine. */
export const FIRST_TEST_UID = 64_000;

/** Why native containers cannot be made here; undefined: they can. */
export function nativeProblem(): string | undefined {
  const found = preflight();
  return found.kind === 'ready' ? undefined : found.why;
}

export interface NativeImages {
  readonly root: string;
  readonly launcher: string;
}

/**
 * The unpacked image of the toolchain `bash`, and the launcher; kept between test runs. On a machine
 * without an engine, such as a virtual one with another layout of cgroups, MINOS_TEST_ROOT and
 * MINOS_TEST_LAUNCHER name copies of them.
 */
export async function nativeImages(): Promise<NativeImages> {
  const { MINOS_TEST_ROOT: given, MINOS_TEST_LAUNCHER: launcher } = process.env;
  if (given !== undefined && launcher !== undefined) return { root: given, launcher };
  const { images } = loadConfig(resolve('judge.config.yaml'));
  const client = await testClient();
  const builder = new ImageBuilder(client.engine, {
    base: process.env['MINOS_TEST_BASE'] ?? images.base,
    buildNetwork: images.buildNetwork,
    imagesDirectory: resolve('images'),
    runnerDirectory: resolve('runner'),
  });
  const store = await RootStore.open(join(tmpdir(), 'minos-test-roots'));
  const unpack = (image: string) =>
    store.ensure(image, () => Promise.resolve(exportImage(client, image)));
  return {
    root: await unpack(await builder.ensure('bash')),
    launcher: join(await unpack(await builder.ensureLauncher()), 'minos', 'launcher'),
  };
}

export interface TestNative {
  readonly sandbox: NativeSandbox;
  readonly cgroups: CgroupTree;
  readonly images: NativeImages;
  /** Containers of this sandbox that are neither ready for a job nor at work. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A native sandbox with its own engine id and directory. */
export async function openTestNative(
  changes: Partial<NativeSandboxOptions> & {
    readonly slotCount?: number;
    readonly engineId?: string;
  } = {},
): Promise<TestNative> {
  const { slotCount = 2, engineId = `test-${process.pid}`, ...options } = changes;
  const images = await nativeImages();
  const directory = await mkdtemp(join(tmpdir(), 'minos-sandbox-'));
  const cgroups = testCgroups(engineId);
  const sandbox = await NativeSandbox.open({
    rootOf: () => Promise.resolve(images.root),
    launcher: () => Promise.resolve(images.launcher),
    cgroups,
    blobs: await BlobStore.open({ directory: join(directory, 'blobs'), maxBytes: 2 ** 30 }),
    slots: planSlots({
      count: slotCount,
      firstUid: FIRST_TEST_UID,
      cores: await allowedCores(),
    }),
    ...options,
  });
  return {
    sandbox,
    cgroups,
    images,
    leftovers: () => lastingContainers(sandbox),
    async close() {
      await sandbox.close();
      await rm(directory, { recursive: true });
    },
  };
}

export function testCgroups(engineId: string): CgroupTree {
  const found = preflight();
  if (found.kind === 'unfit') throw new Error(found.why);
  return new CgroupTree(found.cgroups, engineId);
}

/** Containers that are there; those that are being removed get a moment. */
async function lastingContainers(sandbox: NativeSandbox): Promise<readonly string[]> {
  for (let attempt = 0; ; attempt += 1) {
    const found = await sandbox.containers();
    if (found.length === 0 || attempt === 20) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The value of a line of /proc/PID/status. */
export function statusOf(pid: number, field: string): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';
}
