import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxFailure } from '../../judging/ports.js';
import type { DockerClient } from './docker-client.js';

/*
 * Removals that nothing may depend on: a daemon that does not answer must hold up neither a slot nor
 * the end of the process.
 *
 *   remove ─► gone
 *     └─ not within a moment ─► the caller goes on ─► tried again and again until it is gone, or we close
 */

export interface ContainerRemoverOptions {
  readonly client: Pick<DockerClient, 'remove'>;
  /** Told when it lasts; a daemon that is restarted is back before. */
  readonly onStuck?: (message: string) => void;
}

/** Ten times what one takes; its streams are closed, so the supervisor has killed the program by then. */
const PATIENCE_MS = 2000;
/** Tries that may fail without a word: some ten seconds. */
const QUIET_TRIES = 3;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export class ContainerRemover {
  readonly #options: ContainerRemoverOptions;
  readonly #closing = new AbortController();

  constructor(options: ContainerRemoverOptions) {
    this.#options = options;
  }

  /** Resolves when the container is gone, or goes without our waiting for it. */
  async remove(idOrName: string): Promise<void> {
    const over = new AbortController();
    const patience = sleep(PATIENCE_MS, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.#persist(idOrName), patience]);
    over.abort();
  }

  /** What could not be removed is left to the reaper. */
  close(): void {
    this.#closing.abort();
  }

  async #persist(idOrName: string): Promise<void> {
    const { client, onStuck } = this.#options;
    const { signal } = this.#closing;
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 1; ; tries += 1) {
      try {
        await client.remove(idOrName);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (tries > QUIET_TRIES) {
          onStuck?.(error instanceof SandboxFailure ? error.message : String(error));
        }
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
}
