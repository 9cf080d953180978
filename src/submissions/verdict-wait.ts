import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isLastEvent } from '../events/event-type.js';
import { EventHub } from '../events/event-hub.js';

/** Waits for verdicts, woken by events. */
@Injectable()
export class VerdictWait implements BeforeApplicationShutdown {
  readonly #hub: EventHub;
  readonly #stopping = new AbortController();

  constructor(@Inject(EventHub) hub: EventHub) {
    this.#hub = hub;
  }

  /** Ends with the last event after this one, at the deadline, or when the signal is aborted. */
  async finished(
    submissionId: string,
    after: number,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const end = AbortSignal.any([signal, this.#stopping.signal, AbortSignal.timeout(timeoutMs)]);
    if (end.aborted) return;
    await new Promise<void>((resolve) => {
      const following = this.#hub.follow(submissionId, after, {
        isReady: () => true,
        receive: (events, caughtUp) => {
          const last = events.at(-1);
          if (caughtUp && last !== undefined && isLastEvent(last.type)) done();
        },
      });
      const done = (): void => {
        end.removeEventListener('abort', done);
        following.stop();
        resolve();
      };
      end.addEventListener('abort', done, { once: true });
    });
  }

  /** Who waits is answered with what there is. */
  beforeApplicationShutdown(): void {
    this.#stopping.abort();
  }
}
