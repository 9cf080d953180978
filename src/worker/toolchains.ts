import { setTimeout as sleep } from 'node:timers/promises';
import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import { languageVersion } from './language-version.js';
import type { WorkerEngine } from './worker-engine.js';

/** As `workers.toolchains` shows it. */
export interface ToolchainStatus {
  readonly state: 'waiting' | 'building' | 'ready' | 'failed';
  /** Of the image. */
  readonly digest?: string;
  /** What its languages say of themselves, by language id. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Why it failed. */
  readonly message?: string;
}

const RETRY_EVERY_MS = 5 * 60_000;

type ToolchainEngine = Pick<WorkerEngine, 'ports' | 'prepareToolchain' | 'imageIdOf'>;

/** The toolchains of this worker: built once, in the background, and before a job that needs one. */
export class Toolchains {
  readonly #engine: ToolchainEngine;
  readonly #languages: readonly Language[];
  readonly #onChange: () => void;
  readonly #status = new Map<string, ToolchainStatus>();
  readonly #building = new Map<string, Promise<string>>();
  readonly #failed = new Map<string, string>();

  constructor(languages: readonly Language[], engine: ToolchainEngine, onChange: () => void) {
    this.#languages = languages;
    this.#engine = engine;
    this.#onChange = onChange;
    for (const { toolchain } of languages) this.#status.set(toolchain, { state: 'waiting' });
  }

  get status(): Readonly<Record<string, ToolchainStatus>> {
    return Object.fromEntries(this.#status);
  }

  /** Of these languages one for each toolchain that is ready. */
  usable(languages: readonly Language[]): readonly Language[] {
    const ready = languages.filter(
      ({ toolchain }) => this.#status.get(toolchain)?.state === 'ready',
    );
    return [...new Map(ready.map((language) => [language.toolchain, language])).values()];
  }

  /** Those that failed, and did not work since, and why. */
  get failed(): ReadonlyMap<string, string> {
    return this.#failed;
  }

  /** One after the other; what fails says so in its status, and is tried again from time to time. */
  async keepBuilt(signal: AbortSignal, retryEveryMs = RETRY_EVERY_MS): Promise<void> {
    await this.#buildEach([...this.#status.keys()], signal);
    while (!signal.aborted) {
      await sleep(retryEveryMs, undefined, { signal }).catch(() => undefined);
      await this.#buildEach([...this.#failed.keys()], signal);
    }
  }

  async #buildEach(toolchains: readonly string[], signal: AbortSignal): Promise<void> {
    for (const toolchain of toolchains) {
      if (signal.aborted) return;
      await this.ready(toolchain).catch(() => undefined);
    }
  }

  /** It was ready, and does not work: the next job that needs it builds it anew. */
  fail(toolchain: string, message: string): void {
    this.#failed.set(toolchain, message);
    this.#building.delete(toolchain);
    this.#set(toolchain, { state: 'failed', message });
  }

  /** @returns the digest of its image. @throws JudgeError `image-build-failed`. */
  async ready(toolchain: string): Promise<string> {
    const known = this.#building.get(toolchain);
    if (known !== undefined) return await known;
    const building = this.#build(toolchain);
    this.#building.set(toolchain, building);
    try {
      return await building;
    } catch (error) {
      // The next job tries again.
      this.#building.delete(toolchain);
      throw error;
    }
  }

  async #build(toolchain: string): Promise<string> {
    // What failed is not there for others to count on before it is.
    if (!this.#failed.has(toolchain)) this.#set(toolchain, { state: 'building' });
    try {
      await this.#engine.prepareToolchain(toolchain);
      const digest = await this.#engine.imageIdOf(toolchain);
      const versions = await this.#versionsOf(toolchain);
      this.#failed.delete(toolchain);
      this.#set(toolchain, { state: 'ready', digest, versions });
      return digest;
    } catch (error) {
      const message = error instanceof JudgeError ? error.message : 'it could not be built';
      this.fail(toolchain, message);
      throw error;
    }
  }

  /** Only told: whoever does not say it can still be judged with. */
  async #versionsOf(toolchain: string): Promise<Readonly<Record<string, string>>> {
    const versions: Record<string, string> = {};
    for (const language of this.#languages.filter((one) => one.toolchain === toolchain)) {
      const version = await languageVersion(this.#engine, language).catch(() => '');
      if (version !== '') versions[language.id] = version;
    }
    return versions;
  }

  #set(toolchain: string, status: ToolchainStatus): void {
    this.#status.set(toolchain, status);
    this.#onChange();
  }
}
