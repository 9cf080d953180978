import type Docker from 'dockerode';
import { JudgeError } from '../../errors.js';
import { BaseImage, type BaseImageOptions } from './base-image.js';
import { runBuild } from './image-build.js';
import { ImageInventory } from './image-inventory.js';
import type { ImageProgress } from './image-progress.js';
import { readRecipes, type Recipe, type Recipes } from './image-recipes.js';

/**
 * Builds the image of a toolchain when its tag is not there yet. A tag names what the image is made
 * of, so an image that is there is right, and two processes that build the same one at once end with
 * the same tag; the later one wins and nothing is lost but time.
 */
export interface ImageBuilderOptions extends BaseImageOptions {
  /** The directory `images/`. */
  readonly imagesDirectory: string;
  /** The sources of the supervisor. */
  readonly runnerDirectory: string;
  /** Network of the build steps, which install packages. Default `host`. */
  readonly buildNetwork?: string;
  /** Longest time for the build of one image. Default 30 minutes. */
  readonly buildDeadlineMs?: number;
}

export interface ImageStatus {
  readonly toolchain: string;
  /** The tag that the sources of this checkout give. */
  readonly tag: string;
  readonly present: boolean;
  readonly sizeBytes?: number;
  readonly createdAtMs?: number;
  /** Tags of this toolchain that other sources gave. */
  readonly staleTags: readonly string[];
}

const BUILD_DEADLINE_MS = 30 * 60_000;

export class ImageBuilder {
  readonly #engine: Docker;
  readonly #options: ImageBuilderOptions;
  readonly #inventory: ImageInventory;
  readonly #base: BaseImage;
  readonly #building = new Map<string, Promise<void>>();
  #recipes: Promise<Recipes> | undefined;

  constructor(engine: Docker, options: ImageBuilderOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#inventory = new ImageInventory(engine);
    this.#base = new BaseImage(engine, options);
  }

  /** Names of the toolchains that can be built, in order. */
  async toolchains(): Promise<readonly string[]> {
    return [...(await this.#read()).toolchains.keys()];
  }

  /** The tag of a toolchain's image, built or not. */
  async tagOf(toolchain: string): Promise<string> {
    return (await this.#recipeOf(toolchain)).tag;
  }

  /**
   * Makes sure that the image of a toolchain is there.
   * @returns its tag.
   * @throws JudgeError `image-build-failed`, whose details are the last lines of the build.
   */
  async ensure(
    toolchain: string,
    onProgress: ImageProgress = ignore,
    signal?: AbortSignal,
  ): Promise<string> {
    const recipe = await this.#recipeOf(toolchain);
    await this.#ensureRecipe(recipe, onProgress, signal, async () => {
      const { common, runner } = await this.#read();
      await this.#ensureCommon(common, onProgress, signal);
      await this.#ensureRecipe(runner, onProgress, signal, () =>
        Promise.resolve({ BASE: common.tag }),
      );
      return { BASE: common.tag, RUNNER: runner.tag };
    });
    return recipe.tag;
  }

  /** Makes sure that the image with the launcher of the native driver is there. @returns its tag. */
  async ensureLauncher(onProgress: ImageProgress = ignore, signal?: AbortSignal): Promise<string> {
    const { common, launcher } = await this.#read();
    await this.#ensureRecipe(launcher, onProgress, signal, async () => {
      await this.#ensureCommon(common, onProgress, signal);
      return { BASE: common.tag };
    });
    return launcher.tag;
  }

  /** All toolchains, one after the other: the cores are few, and their common steps are shared. */
  async ensureAll(
    toolchains: readonly string[],
    onProgress: ImageProgress = ignore,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const tags = new Map<string, string>();
    for (const toolchain of toolchains) {
      tags.set(toolchain, await this.ensure(toolchain, onProgress, signal));
    }
    return tags;
  }

  /** What is present and what is stale, by toolchain. */
  async list(signal?: AbortSignal): Promise<readonly ImageStatus[]> {
    const recipes = await this.#read();
    const images = await this.#inventory.images(signal);
    return [...recipes.toolchains.values()].map(({ name, tag }) => {
      const present = images.find((image) => image.tags.includes(tag));
      const staleTags = images
        .flatMap((image) => image.tags)
        .filter((other) => other.startsWith(`minos/${name}:`) && other !== tag);
      return {
        toolchain: name,
        tag,
        present: present !== undefined,
        ...(present === undefined
          ? {}
          : { sizeBytes: present.sizeBytes, createdAtMs: present.createdAtMs }),
        staleTags,
      };
    });
  }

  /**
   * Removes our images that the sources of this checkout do not give, and untagged leftovers of
   * builds. Images in use stay.
   * @returns the tags or ids that are gone.
   */
  async prune(signal?: AbortSignal): Promise<readonly string[]> {
    const { common, runner, launcher, toolchains } = await this.#read();
    const current = [common, runner, launcher, ...toolchains.values()].map((recipe) => recipe.tag);
    return await this.#inventory.removeAllBut([...current, this.#base.tag], signal);
  }

  async #ensureCommon(
    common: Recipe,
    onProgress: ImageProgress,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.#ensureRecipe(common, onProgress, signal, async () => ({
      BASE: await this.#base.ensure(onProgress, signal),
    }));
  }

  /** Builds unless the tag is there. Within this process each image is built once at a time. */
  async #ensureRecipe(
    recipe: Recipe,
    onProgress: ImageProgress,
    signal: AbortSignal | undefined,
    below: () => Promise<Readonly<Record<string, string>>>,
  ): Promise<void> {
    const underWay = this.#building.get(recipe.tag);
    if (underWay !== undefined) {
      await underWay;
      return;
    }
    const building = this.#buildIfAbsent(recipe, onProgress, signal, below);
    this.#building.set(recipe.tag, building);
    try {
      await building;
    } finally {
      this.#building.delete(recipe.tag);
    }
  }

  async #buildIfAbsent(
    recipe: Recipe,
    onProgress: ImageProgress,
    signal: AbortSignal | undefined,
    below: () => Promise<Readonly<Record<string, string>>>,
  ): Promise<void> {
    if (await this.#inventory.has(recipe.tag, signal)) return;
    await runBuild(this.#engine, {
      recipe,
      buildArguments: await below(),
      network: this.#options.buildNetwork ?? 'host',
      deadlineMs: this.#options.buildDeadlineMs ?? BUILD_DEADLINE_MS,
      onProgress,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async #recipeOf(toolchain: string): Promise<Recipe> {
    const { toolchains } = await this.#read();
    const recipe = toolchains.get(toolchain);
    if (recipe === undefined) {
      throw new JudgeError('image-build-failed', `there is no toolchain ${toolchain}`, {
        details: [`Known: ${[...toolchains.keys()].join(', ')}. Each is a directory of images/.`],
      });
    }
    return recipe;
  }

  /** Read once: an image that is built from files must be tagged by the same files. */
  #read(): Promise<Recipes> {
    this.#recipes ??= readRecipes(this.#options);
    return this.#recipes;
  }
}

function ignore(): void {
  // Nobody looks.
}
