import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';
import type { WorkerEngine } from './worker-engine.js';

/** As `workers.toolchains` shows it. */
export interface ToolchainStatus {
  readonly state: 'waiting' | 'building' | 'ready' | 'failed';
  /** Of the image. */
  readonly digest?: string;
  /** Why it failed. */
  readonly message?: string;
}

/** The toolchains of this worker: built once, in the background, and before a job that needs one. */
export class Toolchains {
  readonly #engine: Pick<WorkerEngine, 'prepareToolchain' | 'imageIdOf'>;
  readonly #onChange: () => void;
  readonly #status = new Map<string, ToolchainStatus>();
  readonly #building = new Map<string, Promise<string>>();

  constructor(
    languages: readonly Language[],
    engine: Pick<WorkerEngine, 'prepareToolchain' | 'imageIdOf'>,
    onChange: () => void,
  ) {
    this.#engine = engine;
    this.#onChange = onChange;
    for (const { toolchain } of languages) this.#status.set(toolchain, { state: 'waiting' });
  }

  get status(): Readonly<Record<string, ToolchainStatus>> {
    return Object.fromEntries(this.#status);
  }

  /** One after the other; what fails says so in its status. */
  async buildAll(signal: AbortSignal): Promise<void> {
    for (const toolchain of [...this.#status.keys()]) {
      if (signal.aborted) return;
      await this.ready(toolchain).catch(() => undefined);
    }
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
    this.#set(toolchain, { state: 'building' });
    try {
      await this.#engine.prepareToolchain(toolchain);
      const digest = await this.#engine.imageIdOf(toolchain);
      this.#set(toolchain, { state: 'ready', digest });
      return digest;
    } catch (error) {
      const message = error instanceof JudgeError ? error.message : 'it could not be built';
      this.#set(toolchain, { state: 'failed', message });
      throw error;
    }
  }

  #set(toolchain: string, status: ToolchainStatus): void {
    this.#status.set(toolchain, status);
    this.#onChange();
  }
}
