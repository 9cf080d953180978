import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { JudgeError } from '../../errors.js';
import { contextHash, readContext, type ContextFile } from './image-context.js';

/**
 * What is built from what. Each hash covers the hash of what it stands on, so that a change below
 * gives new tags above, and nothing else does:
 *
 *   base (declared name) ─► common ─► runner (the compiled supervisor) ─┐
 *                              ├────► toolchain ◄───────────────────────┘
 *                              └────► launcher (of the native driver)
 */
export interface Recipes {
  readonly common: Recipe;
  readonly runner: Recipe;
  readonly launcher: Recipe;
  /** By the name of the toolchain, in order of name. */
  readonly toolchains: ReadonlyMap<string, Recipe>;
}

export interface Recipe {
  /** Name of the directory under `images/`. */
  readonly name: string;
  /** `minos/<name>:<hash>`. */
  readonly tag: string;
  readonly hash: string;
  readonly files: readonly ContextFile[];
}

export interface RecipeSources {
  /** The directory `images/`. */
  readonly imagesDirectory: string;
  /** The sources of the supervisor and, below `launcher/`, of the launcher. */
  readonly runnerDirectory: string;
  /** The declared name of the base image. */
  readonly base: string;
}

/** Directories of `images/` that are no toolchain. */
const COMMON = 'common';
const RUNNER = 'runner';
const LAUNCHER = 'launcher';
const NO_TOOLCHAINS: readonly string[] = [COMMON, RUNNER, LAUNCHER];

/** What of `runner/` ends up in an image: tests and what a local build left do not. */
const RUNNER_SOURCE = /^(Makefile|.+\.(c|h|S|inc)|[^.]+)$/;
const NOT_RUNNER_SOURCE = /^(build|tests|launcher)$/;
const LAUNCHER_SOURCE = /^(Makefile|launcher|launcher\/.+\.[ch])$/;

export async function readRecipes(sources: RecipeSources): Promise<Recipes> {
  const names = await toolchainNames(sources.imagesDirectory);
  const common = await recipeOf(sources.imagesDirectory, COMMON, [sources.base]);
  const runner = await recipeOf(
    sources.imagesDirectory,
    RUNNER,
    [common.hash],
    await runnerSources(sources.runnerDirectory, isRunnerSource),
  );
  const launcher = await recipeOf(
    sources.imagesDirectory,
    LAUNCHER,
    [common.hash],
    await runnerSources(sources.runnerDirectory, (name) => LAUNCHER_SOURCE.test(name)),
  );
  const toolchains = new Map<string, Recipe>();
  for (const name of names) {
    const below = [common.hash, runner.hash];
    toolchains.set(name, await recipeOf(sources.imagesDirectory, name, below));
  }
  return { common, runner, launcher, toolchains };
}

/** Directories of `images/` that hold a Dockerfile, less those that are no toolchain. */
export async function toolchainNames(imagesDirectory: string): Promise<readonly string[]> {
  const entries = await readdir(imagesDirectory, { withFileTypes: true }).catch(() => {
    throw new JudgeError('image-build-failed', `${imagesDirectory}: no such directory`);
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || NO_TOOLCHAINS.includes(entry.name)) continue;
    if (await exists(join(imagesDirectory, entry.name, 'Dockerfile'))) names.push(entry.name);
  }
  return names.sort();
}

async function recipeOf(
  imagesDirectory: string,
  name: string,
  identities: string[],
  further: readonly ContextFile[] = [],
): Promise<Recipe> {
  const directory = join(imagesDirectory, name);
  if (!(await exists(join(directory, 'Dockerfile')))) {
    throw new JudgeError('image-build-failed', `${directory}/Dockerfile: no such file`);
  }
  const files = [...(await readContext(directory)), ...further];
  const hash = contextHash(files, ...identities);
  return { name, hash, tag: `minos/${name}:${hash}`, files };
}

function isRunnerSource(name: string): boolean {
  return !NOT_RUNNER_SOURCE.test(name) && RUNNER_SOURCE.test(name);
}

async function runnerSources(
  directory: string,
  isSource: (name: string) => boolean,
): Promise<readonly ContextFile[]> {
  if (!(await exists(join(directory, 'Makefile')))) {
    throw new JudgeError('image-build-failed', `${directory}/Makefile: no such file`);
  }
  const prefix = 'runner/';
  return await readContext(directory, prefix, (path) => isSource(path.slice(prefix.length)));
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
