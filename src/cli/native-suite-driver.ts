import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteDriver } from '../selftest/suite-driver.js';
import type { CliContext } from './context.js';
import { openJudgingEngine, slotsOf } from './judging-engine.js';
import { suiteContext, suiteToolchains, type SuiteDriverOptions } from './suite-context.js';

/** The native driver as it judges, with a directory and users of its own. */
export async function openNativeSuiteDriver(
  context: CliContext,
  { slots = 1 }: SuiteDriverOptions = {},
): Promise<SuiteDriver> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-selftest-'));
  const own = suiteContext(context, { driver: 'native', slots, directory });
  try {
    // But with the images that are unpacked already.
    const roots = join(context.config.dataDirectory, 'roots');
    await mkdir(roots, { recursive: true, mode: 0o700 });
    await symlink(roots, join(directory, 'roots'));
    // A hostile compilation must happen, not be remembered.
    const engine = await openJudgingEngine(own, { reuseCompilations: false });
    const { native } = engine;
    if (native === undefined) throw new Error('this is not the native driver');
    for (const toolchain of suiteToolchains(context)) await engine.prepareToolchain(toolchain);
    return {
      name: 'native',
      ports: engine.ports,
      language: (id) => context.languages.get(id),
      slotUids: (await slotsOf(own)).map(({ uid }) => uid),
      readyContainers: slots,
      containers: () => native.containers(),
      inspect: (id) => Promise.resolve({ cgroup: native.cgroupOf(id) }),
      containerDirectory: (id) => native.cgroupOf(id),
      directories: [roots, directory],
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
