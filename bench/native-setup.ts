import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../src/config/load-config.js';
import { BlobStore } from '../src/sandbox/blob-store.js';
import { connectDocker } from '../src/sandbox/docker/docker-client.js';
import { exportImage } from '../src/sandbox/docker/image-export.js';
import { ImageBuilder } from '../src/sandbox/docker/image-builder.js';
import { CgroupTree } from '../src/sandbox/native/cgroup-tree.js';
import { NativeSandbox } from '../src/sandbox/native/native-sandbox.js';
import { preflight } from '../src/sandbox/native/preflight.js';
import { RootStore } from '../src/sandbox/native/root-store.js';
import { allowedCores, planSlots } from '../src/sandbox/slots.js';

const PRIVATE_ENGINE = 'unix:///run/minos/docker.sock';

/** The native driver as `judge.config.yaml` sets it up, with one image. */
export interface NativeSetup extends AsyncDisposable {
  readonly sandbox: NativeSandbox;
  readonly blobs: BlobStore;
  /** The unpacked image. */
  readonly root: string;
}

export async function openNative(toolchain: string): Promise<NativeSetup> {
  const found = preflight();
  if (found.kind === 'unfit') throw new Error(`no native driver here: ${found.why}`);
  const { images, sandbox: settings } = loadConfig(resolve('judge.config.yaml'));
  const client = await connectDocker({ host: process.env['DOCKER_HOST'] ?? PRIVATE_ENGINE });
  const builder = new ImageBuilder(client.engine, {
    base: process.env['MINOS_TEST_BASE'] ?? images.base,
    buildNetwork: images.buildNetwork,
    imagesDirectory: resolve('images'),
    runnerDirectory: resolve('runner'),
  });
  const roots = await RootStore.open(join(tmpdir(), 'minos-test-roots'));
  const unpack = (image: string) =>
    roots.ensure(image, () => Promise.resolve(exportImage(client, image)));
  const root = await unpack(await builder.ensure(toolchain));
  const launcher = join(await unpack(await builder.ensureLauncher()), 'minos', 'launcher');
  const directory = await mkdtemp(join(tmpdir(), 'minos-bench-'));
  const blobs = await BlobStore.open({ directory, maxBytes: 2 ** 30 });
  const sandbox = await NativeSandbox.open({
    rootOf: () => Promise.resolve(root),
    launcher: () => Promise.resolve(launcher),
    cgroups: new CgroupTree(found.cgroups, `bench-${process.pid}`),
    blobs,
    slots: planSlots({
      count: 1,
      firstUid: settings.firstUid,
      cores: await allowedCores(),
    }),
  });
  return {
    sandbox,
    blobs,
    root,
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(directory, { recursive: true });
    },
  };
}
