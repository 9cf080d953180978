import type { EventHub } from '../events/event-hub.js';
import type { EventStream } from '../events/event-stream.js';
import { isLastEvent } from '../events/event-type.js';

/**
 * Sends a client the events of a submission after the given one, as fast as it takes them, and ends
 * with the verdict unless it wants to go on.
 */
export function streamEvents(
  hub: EventHub,
  stream: EventStream,
  wanted: { readonly submissionId: string; readonly after: number; readonly goOn: boolean },
): void {
  const { submissionId, after, goOn } = wanted;
  const following = hub.follow(submissionId, after, {
    isReady: () => stream.isReady,
    receive: (events, caughtUp) => {
      for (const { sequence, type, json } of events) stream.send({ id: sequence, type, json });
      const last = events.at(-1);
      if (!goOn && caughtUp && last !== undefined && isLastEvent(last.type)) stream.end();
    },
  });
  stream.onReady(() => following.resume());
  stream.onEnd(() => following.stop());
}
