import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { JudgeError } from '../../errors.js';
import { debootstrap } from './debootstrap.js';
import {
  answer,
  deadline,
  failure,
  IMAGE_LABEL,
  ImageInventory,
  messageOf,
} from './image-inventory.js';
import type { ImageProgress } from './image-progress.js';
import { jsonLines } from './json-lines.js';

export interface BaseImageOptions {
  /** Name of the base image, such as `debian:trixie-slim`. */
  readonly base: string;
  /** Debian mirror for making the base where no registry answers; default: debootstrap's own. */
  readonly debianMirror?: string;
  /** How long a registry may be silent before it counts as not there. Default 30 s. */
  readonly pullSilenceMs?: number;
}

interface EngineMessage {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

const PULL_SILENCE_MS = 30_000;
const TAG_DEADLINE_MS = 30_000;
const IMPORT_DEADLINE_MS = 10 * 60_000;
/** `debian:trixie-slim`, `docker.io/library/debian:trixie`, …: the name of the release. */
const DEBIAN = /^(?:.+\/)?debian:([a-z]+)(?:-[a-z0-9.]+)*$/;

/**
 * The image that all the others stand on. Whichever way it came (it was there, a registry had it,
 * debootstrap made it), it gets one tag of ours, and nothing afterwards asks where it is from.
 */
export class BaseImage {
  readonly tag: string;
  readonly #engine: Docker;
  readonly #options: BaseImageOptions;
  readonly #inventory: ImageInventory;

  constructor(engine: Docker, options: BaseImageOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#inventory = new ImageInventory(engine);
    this.tag = baseTag(options.base);
  }

  /** @returns the tag. */
  async ensure(onProgress: ImageProgress, signal?: AbortSignal): Promise<string> {
    if (await this.#inventory.has(this.tag, signal)) return this.tag;
    const { base } = this.#options;
    const report = (line: string) => onProgress({ image: 'base', step: 0, steps: 0, line });
    if (!(await this.#inventory.has(base, signal))) {
      const problem = await this.#pull(report, signal);
      if (problem !== undefined) {
        report(`${base} cannot be pulled (${problem}); making it with debootstrap`);
        await this.#make(problem, report, signal);
        return this.tag;
      }
    }
    await this.#tag(signal);
    return this.tag;
  }

  /** @returns why the image cannot be had from a registry; undefined: it is here. */
  async #pull(
    report: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const { base } = this.#options;
    const silence = new SilenceTimer(this.#options.pullSilenceMs ?? PULL_SILENCE_MS);
    const abortSignal =
      signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
    try {
      report(`pulling ${base}`);
      const messages = await this.#engine.pull(base, {
        abortSignal,
      });
      for await (const message of jsonLines<EngineMessage>(messages)) {
        silence.restart();
        if (message.error !== undefined) return message.error;
        report([message.id, message.status].filter((part) => part !== undefined).join(': '));
      }
      return undefined;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      return silence.signal.aborted ? messageOf(silence.signal.reason) : messageOf(error);
    } finally {
      silence.stop();
    }
  }

  async #make(
    pullProblem: string,
    report: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const suite = DEBIAN.exec(this.#options.base)?.[1];
    if (suite === undefined) {
      throw new JudgeError(
        'image-build-failed',
        `cannot get the base image ${this.#options.base}`,
        {
          details: [
            pullProblem,
            'Only a debian:<release> image can be made without a registry. Set images.base.',
          ],
        },
      );
    }
    await debootstrap(
      { suite, mirror: this.#options.debianMirror, pullProblem, report, signal },
      (archive) => this.#import(archive, report, signal),
    );
  }

  async #import(
    archive: NodeJS.ReadableStream,
    report: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    report('importing the file system');
    const [repo = '', tag = ''] = this.tag.split(':');
    try {
      const messages = await this.#engine.importImage(archive, {
        repo,
        tag,
        changes: `LABEL ${IMAGE_LABEL}=base`,
        abortSignal: deadline(IMPORT_DEADLINE_MS, signal),
      });
      for await (const message of jsonLines<EngineMessage>(messages)) {
        if (message.error !== undefined) throw new Error(message.error);
      }
    } catch (error) {
      throw failure('import the base image', error, signal);
    }
  }

  async #tag(signal: AbortSignal | undefined): Promise<void> {
    const [repo = '', tag = ''] = this.tag.split(':');
    try {
      const image = this.#engine.getImage(this.#options.base);
      await answer(image.tag({ repo, tag }), TAG_DEADLINE_MS, signal);
    } catch (error) {
      throw failure(`tag the image ${this.#options.base}`, error, signal);
    }
  }
}

/** `minos/base:<release>-<hash of the declared name>`: another declared base is another image. */
export function baseTag(base: string): string {
  const hash = createHash('sha256').update(base).digest('hex').slice(0, 8);
  return `minos/base:${DEBIAN.exec(base)?.[1] ?? 'own'}-${hash}`;
}

/** Aborts its signal when nothing was heard for a while. */
class SilenceTimer {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.stop();
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      const seconds = this.#milliseconds / 1000;
      this.#controller.abort(new Error(`no answer from the registry in ${seconds} s`));
    }, this.#milliseconds);
  }
}
