import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { compileOnce, sandboxCompiler } from '../judging/compile-program.js';
import type { JudgeJob } from '../judging/judge-submission.js';
import type { Ports } from '../judging/ports.js';
import { BlobArtifactStore } from '../sandbox/artifact-store.js';
import { BlobStore } from '../sandbox/blob-store.js';
import { connectDocker, type DockerClient } from '../sandbox/docker/docker-client.js';
import { DockerSandbox, type DockerSandboxOptions } from '../sandbox/docker/docker-sandbox.js';
import { ImageBuilder } from '../sandbox/docker/image-builder.js';
import { FileScratch } from '../sandbox/scratch.js';
import { allowedCores, planSlots, type Slot } from '../sandbox/slots.js';
import { IMAGES_DIRECTORY, RUNNER_DIRECTORY, type CliContext } from './context.js';
import { findEngine } from './engine/find-engine.js';
import { prepareDataDirectory } from './data-directory.js';
import type { Progress } from './progress.js';

/** Two gigabytes hold the artifacts of some thousands of submissions. */
const MAX_ARTIFACT_BYTES = 2 * 2 ** 30;

const STEP_CHARACTERS = 60;

/** Everything that judging asks of the machine, acquired and released in one scope. */
export interface JudgingEngine extends AsyncDisposable {
  readonly ports: Ports;
  /** Builds what is absent of the images that judging these will need. */
  prepareImages(jobs: readonly Pick<JudgeJob, 'problem' | 'submission'>[]): Promise<void>;
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

export async function openJudgingEngine(context: CliContext): Promise<JudgingEngine> {
  const { config, progress, signal } = context;
  await prepareDataDirectory(config.dataDirectory);
  const { client, builder } = await openImages(context);
  const imageOf = ensureOnce((toolchain) => ensureImage(builder, toolchain, progress, signal));
  const blobs = await BlobStore.open({
    directory: join(config.dataDirectory, 'artifacts'),
    maxBytes: MAX_ARTIFACT_BYTES,
  });

  const scratch = await FileScratch.open(join(config.dataDirectory, 'scratch'));
  const sandbox = await openSandbox({ client, imageOf, blobs }, context).catch(
    async (error: unknown) => {
      await scratch[Symbol.asyncDispose]();
      throw error;
    },
  );
  const compiler = compileOnce(sandboxCompiler(sandbox, new BlobArtifactStore(blobs)));
  return {
    ports: { sandbox, compiler, scratch },
    async prepareImages(jobs) {
      for (const toolchain of new Set(jobs.flatMap(toolchainsOf))) await imageOf(toolchain);
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

async function openSandbox(
  parts: Pick<DockerSandboxOptions, 'client' | 'imageOf' | 'blobs'>,
  context: CliContext,
): Promise<DockerSandbox> {
  const { dataDirectory, sandbox } = context.config;
  return DockerSandbox.open({
    ...parts,
    slots: await slotsOf(context),
    engineId: await engineId(dataDirectory),
    ahead: sandbox.ahead,
  });
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
  let current = '';
  // Dockerfiles have long steps, laid out over many lines.
  const shorten = (line: string) => line.replaceAll(/\s+/g, ' ').slice(0, STEP_CHARACTERS);
  return builder.ensure(
    toolchain,
    ({ image, step, steps, line }) => {
      const where = step === 0 ? image : `${image}, step ${step} of ${steps}`;
      if (where === current) {
        progress.detail(shorten(line));
        return;
      }
      current = where;
      progress.step(`building the image ${where}: ${shorten(line)}`);
    },
    signal,
  );
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

/** Asks once for each toolchain; a failure is forgotten. */
function ensureOnce(ensure: (toolchain: string) => Promise<string>) {
  const known = new Map<string, Promise<string>>();
  return (toolchain: string): Promise<string> => {
    const pending = known.get(toolchain);
    if (pending !== undefined) return pending;
    const image = ensure(toolchain);
    known.set(toolchain, image);
    image.catch(() => known.delete(toolchain));
    return image;
  };
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
