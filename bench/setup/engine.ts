import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createContext, type CliContext } from '../../src/cli/context.js';
import { ensureImage, openImages, openJudgingEngine } from '../../src/cli/judging-engine.js';
import { openNativeRoots } from '../../src/cli/native-roots.js';
import type { Language } from '../../src/judging/language.js';
import type { Ports } from '../../src/judging/ports.js';
import { exportImage } from '../../src/sandbox/docker/image-export.js';

export type DriverName = 'native' | 'docker';

/** Programs of the benches are nobody else's, though others judge on this machine. */
const UID_OFFSET = 900;

/** A driver as `judge.config.yaml` sets it up, with an empty data directory of its own. */
export interface BenchEngine extends AsyncDisposable {
  readonly driver: DriverName;
  readonly ports: Ports;
  language(id: string): Language;
  /** PIDs of the processes that make containers, where they are ours. */
  launchers(): Promise<readonly number[]>;
  /** Directory of an image, unpacked. */
  unpacked(toolchain: string): Promise<string>;
}

export interface EngineOptions {
  /** Default 1. */
  readonly slots?: number;
  /** Ids, all of whose images are there before anything is measured. */
  readonly languages: readonly string[];
}

export async function openEngine(
  driver: DriverName,
  { slots = 1, languages }: EngineOptions,
): Promise<BenchEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-bench-'));
  const close = async (engine?: AsyncDisposable): Promise<void> => {
    await engine?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  };
  const context = await benchContext(driver, slots, directory);
  const engine = await openJudgingEngine(context).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  try {
    for (const id of languages) {
      await engine.prepareToolchain(context.languages.get(id).toolchain);
    }
  } catch (error) {
    await close(engine);
    throw error;
  }
  context.progress.end();
  return {
    driver,
    ports: engine.ports,
    language: (id) => context.languages.get(id),
    launchers: async () => (await engine.native?.launchers()) ?? [],
    unpacked: (toolchain) => unpackedImage(toolchain, context),
    [Symbol.asyncDispose]: () => close(engine),
  };
}

/** What `judge.config.yaml` says. */
export function configured(): Promise<CliContext> {
  return createContext({ config: resolve('judge.config.yaml') }, new AbortController().signal);
}

async function benchContext(
  driver: DriverName,
  slots: number,
  directory: string,
): Promise<CliContext> {
  const context = await configured();
  const { config } = context;
  // What is unpacked already.
  const roots = join(config.dataDirectory, 'roots');
  await mkdir(roots, { recursive: true, mode: 0o700 });
  await symlink(roots, join(directory, 'roots'));
  const firstUid = config.sandbox.firstUid + UID_OFFSET;
  return {
    ...context,
    config: {
      ...config,
      dataDirectory: directory,
      sandbox: { ...config.sandbox, driver, slots, firstUid },
    },
  };
}

async function unpackedImage(toolchain: string, context: CliContext): Promise<string> {
  const roots = await openNativeRoots(context, async (name) => {
    const { client, builder } = await openImages(context);
    return exportImage(client, await ensureImage(builder, name, context.progress, context.signal));
  });
  return await roots.rootOf(toolchain);
}

/** One engine after the other; disposing of the list disposes of them all. */
export async function openEngines(
  drivers: readonly DriverName[],
  options: EngineOptions,
): Promise<AsyncDisposable & { readonly engines: readonly BenchEngine[] }> {
  const engines: BenchEngine[] = [];
  const close = async (): Promise<void> => {
    for (const engine of engines) await engine[Symbol.asyncDispose]();
  };
  try {
    for (const driver of drivers) engines.push(await openEngine(driver, options));
  } catch (error) {
    await close();
    throw error;
  }
  return { engines, [Symbol.asyncDispose]: close };
}
