import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { BlobStore } from '../../src/sandbox/blob-store.js';
import { connectDocker, type DockerClient } from '../../src/sandbox/docker/docker-client.js';
import {
  DockerSandbox,
  type DockerSandboxOptions,
} from '../../src/sandbox/docker/docker-sandbox.js';
import { LABELS } from '../../src/sandbox/docker/container-labels.js';
import { ImageBuilder } from '../../src/sandbox/docker/image-builder.js';
import { allowedCores, planSlots } from '../../src/sandbox/slots.js';

/** A uid range of the tests' own, so that they disturb no Minos at work on the same machine. */
const FIRST_TEST_UID = 64_000;

/** The engine of DOCKER_HOST, which `./minos test` sets. */
export async function testClient(): Promise<DockerClient> {
  const host = process.env['DOCKER_HOST'];
  return await connectDocker(host === undefined ? {} : { host });
}

/** Tag of the image of the toolchain `bash`, built if need be. */
export async function bashImage(client: DockerClient): Promise<string> {
  const { images } = loadConfig(resolve('judge.config.yaml'));
  const builder = new ImageBuilder(client.engine, {
    base: process.env['MINOS_TEST_BASE'] ?? images.base,
    buildNetwork: images.buildNetwork,
    imagesDirectory: resolve('images'),
    runnerDirectory: resolve('runner'),
  });
  return await builder.ensure('bash');
}

export interface TestSandbox {
  readonly sandbox: DockerSandbox;
  readonly client: DockerClient;
  readonly image: string;
  /** Containers of this sandbox that are neither ready for a job nor at work. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A Docker sandbox with its own engine id and directory. */
export async function openTestSandbox(
  changes: Partial<DockerSandboxOptions> & { readonly slotCount?: number } = {},
): Promise<TestSandbox> {
  const { slotCount = 2, ...options } = changes;
  const client = options.client ?? (await testClient());
  const image = await (options.imageOf?.('bash') ?? bashImage(client));
  const directory = await mkdtemp(join(tmpdir(), 'minos-sandbox-'));
  const cores = await allowedCores();
  const sandbox = await DockerSandbox.open({
    client,
    imageOf: () => Promise.resolve(image),
    blobs: await BlobStore.open({ directory: join(directory, 'blobs'), maxBytes: 2 ** 30 }),
    slots: planSlots({ count: slotCount, firstUid: FIRST_TEST_UID, cores }),
    engineId: `test-${process.pid}`,
    ...options,
  });
  return {
    sandbox,
    client,
    image,
    leftovers: () => containersOf(client, sandbox.run),
    async close() {
      await sandbox.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Ids of the containers of a run; those that the daemon is removing get a moment. */
export async function containersOf(client: DockerClient, run: string): Promise<readonly string[]> {
  for (let attempt = 0; ; attempt += 1) {
    const found = await client.listByLabel([`${LABELS.run}=${run}`]);
    if (found.length === 0 || attempt === 20) return found.map(({ id }) => id);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
