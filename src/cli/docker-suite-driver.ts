import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABELS } from '../sandbox/docker/container-labels.js';
import { thisOwner } from '../sandbox/owner.js';
import type { SuiteDriver } from '../selftest/suite-driver.js';
import type { CliContext } from './context.js';
import { ensureImage, openImages, openJudgingEngine, slotsOf } from './judging-engine.js';

/** Users of its own, so that it disturbs no Minos at work on the same machine, nor another suite. */
const UID_OFFSET = 500;
const UID_STEP = 4;
const SUITES_AT_ONCE = 100;

/** Of the hostile programs. Their images are made before anything is measured. */
const LANGUAGES = ['c', 'cpp20', 'python3', 'java', 'javascript', 'go', 'bash'];

export interface SuiteDriverOptions {
  /** Default 1: what is left on the slot is met by the next program. */
  readonly slots?: number;
}

/** The Docker driver as it judges, with a directory and users of its own. */
export async function openDockerSuiteDriver(
  context: CliContext,
  { slots = 1 }: SuiteDriverOptions = {},
): Promise<SuiteDriver> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-selftest-'));
  const { config } = context;
  const own: CliContext = {
    ...context,
    config: {
      ...config,
      dataDirectory: directory,
      sandbox: {
        ...config.sandbox,
        slots,
        firstUid: config.sandbox.firstUid + UID_OFFSET + UID_STEP * (process.pid % SUITES_AT_ONCE),
        ahead: 1,
      },
    },
  };
  try {
    const { client, builder } = await openImages(own);
    for (const toolchain of new Set(LANGUAGES.map((id) => context.languages.get(id).toolchain))) {
      await ensureImage(builder, toolchain, context.progress, context.signal);
    }
    const engine = await openJudgingEngine(own);
    const idsOf = async (labels: readonly string[]) =>
      (await client.listByLabel(labels)).map(({ id }) => id);
    const owner = await thisOwner();
    const engineDirectory = (await client.info()).DockerRootDir;
    return {
      name: 'docker',
      ports: engine.ports,
      language: (id) => context.languages.get(id),
      slotUids: (await slotsOf(own)).map(({ uid }) => uid),
      readyContainers: slots,
      containers: () => idsOf([`${LABELS.owner}=${owner}`]),
      inspect: (id) => client.inspect(id),
      containerDirectory: (id) => join(engineDirectory, 'containers', id),
      directories: [engineDirectory, directory],
      privateDirectory: directory,
      scratchDirectory: join(directory, 'scratch'),
      async [Symbol.asyncDispose]() {
        await engine[Symbol.asyncDispose]();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
