import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../src/config/load-config.js';
import { BlobStore } from '../src/sandbox/blob-store.js';
import { connectDocker, type DockerClient } from '../src/sandbox/docker/docker-client.js';
import { DockerSandbox } from '../src/sandbox/docker/docker-sandbox.js';
import { ImageBuilder } from '../src/sandbox/docker/image-builder.js';
import { allowedCores, planSlots } from '../src/sandbox/slots.js';

const MIB = 2 ** 20;
const PRIVATE_ENGINE = 'unix:///run/minos/docker.sock';

/** The Docker driver as `judge.config.yaml` sets it up, with one image. */
export interface DockerSetup extends AsyncDisposable {
  readonly client: DockerClient;
  readonly image: string;
  readonly sandbox: DockerSandbox;
  readonly blobs: BlobStore;
}

export async function openDocker(toolchain: string): Promise<DockerSetup> {
  const client = await connectDocker({ host: process.env['DOCKER_HOST'] ?? PRIVATE_ENGINE });
  const { images, sandbox: settings } = loadConfig(resolve('judge.config.yaml'));
  const image = await new ImageBuilder(client.engine, {
    base: process.env['MINOS_TEST_BASE'] ?? images.base,
    buildNetwork: images.buildNetwork,
    imagesDirectory: resolve('images'),
    runnerDirectory: resolve('runner'),
  }).ensure(toolchain);
  const directory = await mkdtemp(join(tmpdir(), 'minos-bench-'));
  const blobs = await BlobStore.open({ directory, maxBytes: 2 ** 30 });
  const sandbox = await DockerSandbox.open({
    client,
    imageOf: () => Promise.resolve(image),
    blobs,
    slots: planSlots({
      count: 'auto',
      firstUid: settings.firstUid,
      cores: await allowedCores(),
    }),
    engineId: `bench-${process.pid}`,
  });
  return {
    client,
    image,
    sandbox,
    blobs,
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** What one writes who has the Engine's API and an afternoon: one container after the other. */
export async function plainLoop(
  { client, image }: DockerSetup,
  command: readonly string[],
  count: number,
): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const container = await client.engine.createContainer({
      Image: image,
      Entrypoint: [...command],
      User: '65534:65534',
      HostConfig: {
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        ReadonlyRootfs: true,
        PidsLimit: 64,
        Memory: 256 * MIB,
        MemorySwap: 256 * MIB,
      },
    });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error('the program failed');
    await container.remove();
  }
}

export async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
