import { Inject, Injectable } from '@nestjs/common';
import { sql, type Kysely } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { QUEUE } from '../queue/queue.module.js';
import type { Queue } from '../queue/queue.js';

export interface QueuePosition {
  /** Jobs that go first. */
  readonly ahead: number;
  /** Until its judging begins; null: nobody judges, or nobody knows yet how long it takes. */
  readonly estimatedWaitMs: number | null;
}

interface Throughput {
  readonly slots: number;
  /** Of one judgement on one slot; null: none of late. */
  readonly judgingMs: number | null;
}

/** What is known of the throughput is as old as this at most. */
const KEEP_MS = 5000;
/** Workers that were not heard of for so long do not count. */
const ALIVE_S = 30;
const RECENT = 100;
const RECENT_S = 3600;

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
      const value = this.#readThroughput();
      this.#throughput = { value, untilMs: nowMs + KEEP_MS };
      value.catch(() => (this.#throughput = undefined));
    }
    return this.#throughput.value;
  }

  async #readThroughput(): Promise<Throughput> {
    const { rows } = await sql<Throughput>`
      select
        (select coalesce(sum(slots), 0)::integer from workers
          where state = 'active' and heartbeat_at > now() - ${ALIVE_S} * interval '1 s') as slots,
        (select avg(extract(epoch from finished_at - started_at) * 1000)::float8 from (
          select finished_at, started_at from judgements
          where state = 'finished' and finished_at > now() - ${RECENT_S} * interval '1 s'
            and started_at is not null
          order by finished_at desc limit ${RECENT}
        ) as recent) as "judgingMs"
    `.execute(this.#db);
    return rows[0] ?? { slots: 0, judgingMs: null };
  }
}

/** Every slot takes the next job when it has finished one: on average half of one is left. */
export function estimatedWaitMs(ahead: number, { slots, judgingMs }: Throughput): number | null {
  if (slots === 0 || judgingMs === null) return null;
  return Math.round(((ahead + 0.5) / slots) * judgingMs);
}
