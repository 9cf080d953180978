import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import type { EventStream } from '../events/event-stream.js';
import type { Signals } from '../events/signals.js';
import { verificationResults } from './verification/verification-rows.js';
import { verificationTopic } from './verification/verify-version.js';
import { findVerification } from './version-store.js';
import { toCheckResultDto, toExampleResultDto, toProgressDto } from './verification.dto.js';

/** Notifications may be missed. */
const BACKSTOP_MS = 10_000;

/**
 * Streams a verification: `progress` whenever it moves, `example` and `check` once for each result, by
 * its number, and `finished` at the end.
 */
export function followVerification(
  id: string,
  lastResult: number,
  stream: EventStream,
  { db, signals }: { readonly db: Kysely<Database>; readonly signals: Signals },
): void {
  let sent = lastResult;
  let lastProgress = '';
  let dirty = false;
  let busy = false;

  async function send(): Promise<void> {
    const verification = await findVerification(db, id);
    for (const result of await verificationResults(db, id)) {
      if (result.ordinal <= sent) continue;
      const example = toExampleResultDto(result);
      const json = JSON.stringify(example ?? toCheckResultDto(result));
      stream.send({ id: result.ordinal, type: example === undefined ? 'check' : 'example', json });
      sent = result.ordinal;
    }
    const progress = JSON.stringify(toProgressDto(verification));
    const over = verification.state === 'finished' || verification.state === 'failed';
    if (progress !== lastProgress) {
      stream.send({ type: over ? 'finished' : 'progress', json: progress });
    }
    lastProgress = progress;
    if (over) stream.end();
  }

  async function sendWhileDirty(): Promise<void> {
    dirty = true;
    if (busy) return;
    busy = true;
    try {
      while (isDirty() && !stream.isEnded) {
        dirty = false;
        await send();
      }
    } catch {
      // The client comes back with what it has seen.
      stream.end();
    } finally {
      busy = false;
    }
  }

  /** It changes while we wait, which the type checker does not know. */
  function isDirty(): boolean {
    return dirty;
  }

  const stop = signals.on(verificationTopic(id), () => void sendWhileDirty());
  const backstop = setInterval(() => void sendWhileDirty(), BACKSTOP_MS).unref();
  stream.onEnd(() => {
    stop();
    clearInterval(backstop);
  });
  void sendWhileDirty();
}
