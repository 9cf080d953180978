import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReadyMessage } from './supervisor-channel.js';

/**
 * A process of the service that is started again whenever it ends.
 *
 *   waiting ──► running ──ends──► waiting (longer each time, unless it ran for a while)
 *                  │ stop(): SIGTERM, and SIGKILL after the deadline
 *                  └──► gone
 */
export interface ProcessPlan {
  /** For people: `API`, `worker`. */
  readonly name: string;
  /** Arguments of this Node, the script first. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onReady: (url: string | undefined) => void;
  /** Told of each end that nobody asked for. */
  readonly onEnd: (text: string) => void;
  /** Ended before it was ever ready, in a way that will not change: bad usage or configuration. */
  readonly onHopeless: (exitCode: number) => void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** Who ran for so long is started again at once. */
const STEADY_MS = 30_000;
/** Ten seconds to finish or give back, and some to spare. */
const STOP_DEADLINE_MS = 15_000;
const HOPELESS_EXIT_CODE = 2;

export class SupervisedProcess {
  readonly #plan: ProcessPlan;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #child: ChildProcess | undefined;
  #wasReady = false;

  constructor(plan: ProcessPlan) {
    this.#plan = plan;
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.#loop;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = Date.now();
      const how = await this.#runOnce();
      if (isOver(signal)) return;
      if (how === HOPELESS_EXIT_CODE && !this.#wasReady) {
        this.#plan.onHopeless(how);
        return;
      }
      if (Date.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      this.#plan.onEnd(
        `the ${this.#plan.name} ended (${how}); it is started again in ${pauseMs / 1000} s`,
      );
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** @returns the exit code, or the signal. */
  async #runOnce(): Promise<number | string> {
    const { command, environment, onReady } = this.#plan;
    const child = spawn(process.execPath, command, {
      // A session of its own: Ctrl-C is for the supervisor, which ends the others in order.
      detached: true,
      stdio: ['ignore', 2, 2, 'ipc'],
      env: environment,
    });
    this.#child = child;
    child.on('message', (message) => {
      if (!isReadyMessage(message)) return;
      this.#wasReady = true;
      onReady(message.url);
    });
    try {
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      return code ?? signal ?? 'no reason given';
    } catch (error) {
      return (error as Error).message;
    } finally {
      this.#child = undefined;
    }
  }
}

/** It changes while we wait, which the type checker does not know. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
