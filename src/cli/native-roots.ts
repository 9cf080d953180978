import { join } from 'node:path';
import { JudgeError } from '../errors.js';
import { readRecipes, type Recipes } from '../sandbox/docker/image-recipes.js';
import { RootStore } from '../sandbox/native/root-store.js';
import { IMAGES_DIRECTORY, RUNNER_DIRECTORY, type CliContext } from './context.js';
import { once } from './once.js';

/** The unpacked images of the native driver. */
export interface NativeRoots {
  readonly rootOf: (toolchain: string) => Promise<string>;
  /** Names a toolchain's image by its content. */
  readonly digestOf: (toolchain: string) => Promise<string>;
  /** Path of the launcher's executable. */
  readonly launcher: () => Promise<string>;
}

/** Name of its image. */
export const LAUNCHER = 'launcher';

/** @param archiveOf is asked only for images that are not there, or not whole. */
export async function openNativeRoots(
  context: CliContext,
  archiveOf: (name: string) => Promise<AsyncIterable<Uint8Array>>,
): Promise<NativeRoots> {
  const store = await openStore(context);
  const recipes = await recipesOf(context);
  const ensure = once((name) =>
    store.ensure(tagOf(name, recipes), async () => {
      const archive = await archiveOf(name);
      context.progress.step(`unpacking the image ${name}`);
      return archive;
    }),
  );
  return {
    rootOf: ensure,
    async digestOf(toolchain) {
      await ensure(toolchain);
      return store.digestOf(tagOf(toolchain, recipes));
    },
    launcher: async () => join(await ensure(LAUNCHER), 'minos', 'launcher'),
  };
}

/** Removes what was unpacked of images that the sources of this checkout do not give. */
export async function pruneNativeRoots(context: CliContext): Promise<readonly string[]> {
  const store = await openStore(context);
  const { launcher, toolchains } = await recipesOf(context);
  return await store.prune([launcher, ...toolchains.values()].map(({ tag }) => tag));
}

function openStore({ config }: CliContext): Promise<RootStore> {
  return RootStore.open(join(config.dataDirectory, 'roots'));
}

function recipesOf({ config }: CliContext): Promise<Recipes> {
  return readRecipes({
    imagesDirectory: IMAGES_DIRECTORY,
    runnerDirectory: RUNNER_DIRECTORY,
    base: config.images.base,
  });
}

function tagOf(name: string, { launcher, toolchains }: Recipes): string {
  const recipe = name === LAUNCHER ? launcher : toolchains.get(name);
  if (recipe !== undefined) return recipe.tag;
  throw new JudgeError('image-build-failed', `there is no toolchain ${name}`, {
    details: [`Known: ${[...toolchains.keys()].join(', ')}. Each is a directory of images/.`],
  });
}
