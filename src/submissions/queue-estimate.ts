import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { QUEUE } from '../queue/queue.module.js';
import type { Queue } from '../queue/queue.js';
import { estimatedWaitMs, readThroughput, type Throughput } from '../queue/throughput.js';

export interface QueuePosition {
  /** Jobs that go first. */
  readonly ahead: number;
  /** Until its judging begins; null: nobody judges, or nobody knows yet how long it takes. */
  readonly estimatedWaitMs: number | null;
}

/** What is known of the throughput is as old as this at most. */
const KEEP_MS = 5000;

/** Where a job stands, and how long it may wait. */
@Injectable()
export class QueueEstimate {
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;
  #throughput: { readonly value: Promise<Throughput>; readonly untilMs: number } | undefined;

  constructor(@Inject(DATABASE) db: Kysely<Database>, @Inject(QUEUE) queue: Queue) {
    this.#db = db;
    this.#queue = queue;
  }

  /** null: it does not wait any more. */
  async of(jobId: string): Promise<QueuePosition | null> {
    const ahead = await this.#queue.ahead(jobId);
    if (ahead === undefined) return null;
    return { ahead, estimatedWaitMs: estimatedWaitMs(ahead, await this.#currentThroughput()) };
  }

  #currentThroughput(): Promise<Throughput> {
    const nowMs = performance.now();
    if (this.#throughput === undefined || this.#throughput.untilMs < nowMs) {
      const value = readThroughput(this.#db);
      this.#throughput = { value, untilMs: nowMs + KEEP_MS };
      value.catch(() => (this.#throughput = undefined));
    }
    return this.#throughput.value;
  }
}
