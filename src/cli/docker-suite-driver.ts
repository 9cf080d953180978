import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABELS } from '../sandbox/docker/container-labels.js';
import { thisOwner } from '../sandbox/owner.js';
import type { SuiteDriver } from '../selftest/suite-driver.js';
import type { CliContext } from './context.js';
import { ensureImage, openImages, openJudgingEngine, slotsOf } from './judging-engine.js';
import { suiteContext, suiteToolchains, type SuiteDriverOptions } from './suite-context.js';

/** The Docker driver as it judges, with a directory and users of its own. */
export async function openDockerSuiteDriver(
  context: CliContext,
  { slots = 1 }: SuiteDriverOptions = {},
): Promise<SuiteDriver> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-selftest-'));
  const own = suiteContext(context, { driver: 'docker', slots, directory });
  try {
    const { client, builder } = await openImages(own);
    for (const toolchain of suiteToolchains(context)) {
      await ensureImage(builder, toolchain, context.progress, context.signal);
    }
    // A hostile compilation must happen, not be remembered.
    const engine = await openJudgingEngine(own, { reuseCompilations: false });
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
