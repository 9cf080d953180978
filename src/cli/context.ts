import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { proveLanguages } from '../languages/language-proof.js';
import { LanguageRegistry } from '../languages/language-registry.js';
import { readLanguages } from '../languages/read-languages.js';
import { toolchainNames } from '../sandbox/docker/image-recipes.js';
import { choosePaint, type Paint } from './paint.js';
import { createProgress, type Progress } from './progress.js';

/** The checkout: the same from `src/cli` and from `dist/cli`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const IMAGES_DIRECTORY = resolve(ROOT, 'images');
export const RUNNER_DIRECTORY = resolve(ROOT, 'runner');

/** What every command has at hand. */
export interface CliContext {
  readonly config: Config;
  readonly languages: LanguageRegistry;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  /** For stdout. */
  readonly paint: Paint;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface GlobalOptions {
  readonly config?: string;
}

/** @throws JudgeError `bad-config` when the configuration or its language table does not hold. */
export async function createContext(
  options: GlobalOptions,
  signal: AbortSignal,
): Promise<CliContext> {
  const config = loadConfig(configFile(options));
  const languages = readLanguages(config.languages, config.file);
  proveLanguages(languages, await toolchainNames(IMAGES_DIRECTORY), config.file);
  const { stdout, stderr, env } = process;
  return {
    config,
    languages: new LanguageRegistry(languages),
    environment: env,
    progress: createProgress({ stdout, stderr, now: Date.now }),
    paint: choosePaint(stdout, env),
    signal,
  };
}

function configFile({ config }: GlobalOptions): string {
  if (config !== undefined) return config;
  const inDirectory = resolve(ROOT, 'judge.config.yaml');
  // Errors name a short path where that is the same file.
  return existsSync('judge.config.yaml') && resolve('judge.config.yaml') === inDirectory
    ? 'judge.config.yaml'
    : inDirectory;
}
