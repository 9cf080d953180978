import type Docker from 'dockerode';
import { JudgeError } from '../../errors.js';

/** Every image of ours carries it; its value is the name of the directory it was built from. */
export const IMAGE_LABEL = 'minos.image';

export interface OwnImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly createdAtMs: number;
}

const QUERY_DEADLINE_MS = 30_000;
const REMOVE_DEADLINE_MS = 120_000;
/** An untagged image that is younger may be a build that goes on in another process. */
const LEFTOVER_AGE_MS = 60 * 60_000;

/** The images of ours that the engine has. */
export class ImageInventory {
  readonly #engine: Docker;

  constructor(engine: Docker) {
    this.#engine = engine;
  }

  async has(tag: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await answer(this.#engine.getImage(tag).inspect(), QUERY_DEADLINE_MS, signal);
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw failure(`ask for the image ${tag}`, error, signal);
    }
  }

  async images(signal?: AbortSignal): Promise<readonly OwnImage[]> {
    const filters = { label: [IMAGE_LABEL] };
    const images = await answer(
      this.#engine.listImages({ filters }),
      QUERY_DEADLINE_MS,
      signal,
    ).catch((error: unknown) => {
      throw failure('list the images', error, signal);
    });
    return images.map((image) => ({
      id: image.Id,
      // An untagged image is listed as <none>:<none>, or with no tags at all.
      tags: ((image.RepoTags ?? []) as readonly string[]).filter(
        (tag) => !tag.startsWith('<none>'),
      ),
      sizeBytes: image.Size,
      createdAtMs: image.Created * 1000,
    }));
  }

  /** @returns the tags or ids that are gone. One in use by a container stays, without complaint. */
  async removeAllBut(tags: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
    const removed: string[] = [];
    for (const image of await this.images(signal)) {
      for (const name of namesToRemove(image, tags)) {
        if (await this.#remove(name, signal)) removed.push(name);
      }
    }
    return removed;
  }

  async #remove(name: string, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await answer(this.#engine.getImage(name).remove(), REMOVE_DEADLINE_MS, signal);
      return true;
    } catch (error) {
      // 404: another process was faster. 409: in use.
      const status = statusOf(error);
      if (status === 404 || status === 409) return false;
      throw failure(`remove the image ${name}`, error, signal);
    }
  }
}

function namesToRemove(image: OwnImage, keep: readonly string[]): readonly string[] {
  const ours = image.tags.filter((tag) => tag.startsWith('minos/'));
  if (image.tags.length > 0) return ours.filter((tag) => !keep.includes(tag));
  return Date.now() - image.createdAtMs > LEFTOVER_AGE_MS ? [image.id] : [];
}

/** The signal of the caller and a deadline in one. */
export function deadline(milliseconds: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(milliseconds);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/**
 * Waits for an answer under a deadline. For the calls that dockerode gives no signal: those about one
 * image. The engine may still do what it was asked for.
 */
export async function answer<T>(
  call: Promise<T>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const limit = deadline(milliseconds, signal);
  limit.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const abort = () => {
      reject(asError(limit.reason));
    };
    limit.addEventListener('abort', abort, { once: true });
    call.then(resolve, (error: unknown) => {
      reject(asError(error));
    });
    void call.catch(() => undefined).then(() => limit.removeEventListener('abort', abort));
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** What to throw for a failed call about images: the caller's own reason if it was the caller. */
export function failure(what: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const code = isAnswer(error) ? 'image-build-failed' : 'engine-unavailable';
  return new JudgeError(code, `Docker could not ${what}: ${messageOf(error)}`, { cause: error });
}

/** Did the engine refuse, or was there none that answered? */
export function isAnswer(error: unknown): boolean {
  return statusOf(error) !== undefined;
}

export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | undefined)?.statusCode;
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
