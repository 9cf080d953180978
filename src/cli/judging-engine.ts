import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { JudgeJob } from '../judging/judge-submission.js';
import { proveOnce } from '../judging/language-probe.js';
import type { Ports, Sandbox } from '../judging/ports.js';
import { BlobStore } from '../sandbox/blob-store.js';
import { connectDocker, type DockerClient } from '../sandbox/docker/docker-client.js';
import { DockerSandbox } from '../sandbox/docker/docker-sandbox.js';
import { ImageBuilder } from '../sandbox/docker/image-builder.js';
import { exportImage } from '../sandbox/docker/image-export.js';
import type { ImageProgress } from '../sandbox/docker/image-progress.js';
import type { CgroupLayout } from '../sandbox/native/cgroup-layout.js';
import { CgroupTree } from '../sandbox/native/cgroup-tree.js';
import { NativeSandbox } from '../sandbox/native/native-sandbox.js';
import { preflight } from '../sandbox/native/preflight.js';
import { FileScratch } from '../sandbox/scratch.js';
import { allowedCores, planSlots, type Slot } from '../sandbox/slots.js';
import { IMAGES_DIRECTORY, RUNNER_DIRECTORY, type CliContext } from './context.js';
import { chooseDriver, describeChoice } from './driver-choice.js';
import { openCompiler } from './open-compiler.js';
import { findEngine } from './engine/find-engine.js';
import { prepareDataDirectory } from './data-directory.js';
import { LAUNCHER, openNativeRoots } from './native-roots.js';
import { once } from './once.js';
import type { Progress } from './progress.js';
import { sweepOtherDriver } from './sweep-other-driver.js';

const STEP_CHARACTERS = 60;

/** Everything that judging asks of the machine, acquired and released in one scope. */
export interface JudgingEngine extends AsyncDisposable {
  readonly ports: Ports;
  /** Builds what is absent of the images that judging these will need. */
  prepareImages(jobs: readonly Pick<JudgeJob, 'problem' | 'submission'>[]): Promise<void>;
  prepareToolchain(toolchain: string): Promise<void>;
  /** Names, by its content, the image of a toolchain. */
  readonly imageIdOf: (toolchain: string) => Promise<string>;
  /** Where the native driver makes the containers. */
  readonly native?: NativeSandbox;
}

/** The engine of the machine and its images, without a sandbox. */
export interface Images {
  readonly client: DockerClient;
  readonly builder: ImageBuilder;
}

export async function openImages(context: CliContext): Promise<Images> {
  const { config, environment, progress } = context;
  const { host } = await findEngine({ environment, configured: config.sandbox.engine, progress });
  const client = await connectDocker({ host });
  return { client, builder: imageBuilder(client, context) };
}

export function imageBuilder(client: DockerClient, { config }: CliContext): ImageBuilder {
  return new ImageBuilder(client.engine, {
    imagesDirectory: IMAGES_DIRECTORY,
    runnerDirectory: RUNNER_DIRECTORY,
    base: config.images.base,
    buildNetwork: config.images.buildNetwork,
  });
}

export interface JudgingEngineOptions {
  /** Take over what was compiled before; measurements of compiling do without. */
  readonly reuseCompilations?: boolean;
  /** Told of containers that the daemon does not remove. */
  readonly onStuck?: (message: string) => void;
}

export async function openJudgingEngine(
  context: CliContext,
  { reuseCompilations = true, onStuck }: JudgingEngineOptions = {},
): Promise<JudgingEngine> {
  const { config } = context;
  await prepareDataDirectory(config.dataDirectory);
  const blobs = await BlobStore.open({
    directory: join(config.dataDirectory, 'artifacts'),
    maxBytes: config.cache.artifactBytes,
  });
  const scratch = await FileScratch.open(join(config.dataDirectory, 'scratch'));
  const driver = await openDriver(blobs, context, onStuck).catch(async (error: unknown) => {
    await scratch[Symbol.asyncDispose]();
    throw error;
  });
  const { sandbox } = driver;
  const prove = proveOnce(() => ports);
  const compiler = await openCompiler({
    sandbox,
    blobs,
    prove,
    ...(reuseCompilations && config.cache.compilationBytes > 0
      ? {
          cache: {
            directory: join(config.dataDirectory, 'compilations'),
            maxBytes: config.cache.compilationBytes,
            imageIdOf: driver.imageIdOf,
          },
        }
      : {}),
  });
  const ports = { sandbox, compiler, scratch, prove };
  return {
    ports,
    async prepareImages(jobs) {
      for (const toolchain of new Set(jobs.flatMap(toolchainsOf))) await driver.prepare(toolchain);
    },
    async prepareToolchain(toolchain) {
      await driver.prepare(toolchain);
    },
    imageIdOf: driver.imageIdOf,
    ...(sandbox instanceof NativeSandbox ? { native: sandbox } : {}),
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await driver.swept;
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** A sandbox and the images that its containers are made from. */
export interface OpenedDriver {
  readonly sandbox: Sandbox & { close(): Promise<void> };
  /** Builds, or unpacks, what is absent of a toolchain. */
  prepare(toolchain: string): Promise<unknown>;
  /** Names, by its content, the image of a toolchain. */
  readonly imageIdOf: (toolchain: string) => Promise<string>;
}

interface SweptDriver extends OpenedDriver {
  /** Resolves when what the other driver's dead processes left is gone. */
  readonly swept: Promise<void>;
}

async function openDriver(
  blobs: BlobStore,
  context: CliContext,
  onStuck: JudgingEngineOptions['onStuck'],
): Promise<SweptDriver> {
  const { progress, config } = context;
  const choice = chooseDriver(config.sandbox.driver, preflight);
  if (config.sandbox.driver === 'auto') progress.detail(describeChoice(choice));
  const driver =
    choice.driver === 'native'
      ? await openNativeDriver(choice.cgroups, blobs, context)
      : await openDockerDriver(blobs, context, onStuck);
  const id = await engineId(config.dataDirectory);
  return { ...driver, swept: sweepOtherDriver(choice.driver, id, context) };
}

async function openDockerDriver(
  blobs: BlobStore,
  context: CliContext,
  onStuck: JudgingEngineOptions['onStuck'],
): Promise<OpenedDriver> {
  const { config, progress, signal } = context;
  const { client, builder } = await openImages(context);
  const imageOf = once((toolchain) => ensureImage(builder, toolchain, progress, signal));
  const imageIdOf = once(async (toolchain) => client.imageId(await imageOf(toolchain)));
  const sandbox = await DockerSandbox.open({
    client,
    imageOf,
    onImageGone(toolchain) {
      imageOf.forget(toolchain);
      imageIdOf.forget(toolchain);
    },
    blobs,
    slots: await slotsOf(context),
    engineId: await engineId(config.dataDirectory),
    ahead: config.sandbox.ahead,
    ...(onStuck === undefined ? {} : { onStuck }),
    ...(config.sandbox.runtime === undefined ? {} : { runtime: config.sandbox.runtime }),
  });
  return {
    sandbox,
    prepare: imageOf,
    imageIdOf,
  };
}

async function openNativeDriver(
  layout: CgroupLayout,
  blobs: BlobStore,
  context: CliContext,
): Promise<OpenedDriver> {
  const { config, progress, signal } = context;
  const docker = once(() => openImages(context));
  const roots = await openNativeRoots(context, async (name) => {
    const { client, builder } = await docker('');
    const image =
      name === LAUNCHER
        ? await builder.ensureLauncher(reportTo(progress), signal)
        : await ensureImage(builder, name, progress, signal);
    return exportImage(client, image);
  });
  const sandbox = await NativeSandbox.open({
    rootOf: roots.rootOf,
    launcher: roots.launcher,
    cgroups: new CgroupTree(layout, await engineId(config.dataDirectory)),
    blobs,
    slots: await slotsOf(context),
    ahead: config.sandbox.ahead,
  });
  return {
    sandbox,
    async prepare(toolchain) {
      await sandbox.warm(toolchain);
    },
    imageIdOf: roots.digestOf,
  };
}

export async function slotsOf({ config }: CliContext): Promise<readonly Slot[]> {
  const { slots, firstUid } = config.sandbox;
  return planSlots({ count: slots, firstUid, cores: await allowedCores() });
}

export function ensureImage(
  builder: ImageBuilder,
  toolchain: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  return builder.ensure(toolchain, reportTo(progress), signal);
}

function reportTo(progress: Progress): ImageProgress {
  let current = '';
  // Dockerfiles have long steps, laid out over many lines.
  const shorten = (line: string) => line.replaceAll(/\s+/g, ' ').slice(0, STEP_CHARACTERS);
  return ({ image, step, steps, line }) => {
    const where = step === 0 ? image : `${image}, step ${step} of ${steps}`;
    if (where === current) {
      progress.detail(shorten(line));
      return;
    }
    current = where;
    progress.step(`building the image ${where}: ${shorten(line)}`);
  };
}

/** The submission's toolchain, and those of the validators that judge it. */
function toolchainsOf({
  problem,
  submission,
}: Pick<JudgeJob, 'problem' | 'submission'>): readonly string[] {
  const { validator } = problem;
  const programs = validator.kind === 'programs' ? validator.programs : [];
  return [submission, ...programs].map(({ language }) => language.toolchain);
}

/**
 * Names this installation on the daemon, which others may share: containers of this name whose
 * process is dead are swept. The same for all processes of a data directory on one machine.
 */
async function engineId(dataDirectory: string): Promise<string> {
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  return createHash('sha256')
    .update([machine.trim(), hostname(), dataDirectory].join('\0'))
    .digest('hex')
    .slice(0, 16);
}
