import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { workerJudges } from '../database/worker-life.js';

export interface Throughput {
  /** Of the workers that judge now. */
  readonly slots: number;
  /** Of one judgement on one slot; null: none of late. */
  readonly judgingMs: number | null;
}

const RECENT = 100;
const RECENT_S = 3600;

export async function readThroughput(db: Kysely<Database>): Promise<Throughput> {
  const { rows } = await sql<Throughput>`
    select
      (select coalesce(sum(slots), 0)::integer from workers where ${workerJudges}) as slots,
      (select avg(extract(epoch from finished_at - started_at) * 1000)::float8 from (
        select finished_at, started_at from judgements
        where state = 'finished' and finished_at > now() - ${RECENT_S} * interval '1 s'
          and started_at is not null
        order by finished_at desc limit ${RECENT}
      ) as recent) as "judgingMs"
  `.execute(db);
  return rows[0] ?? { slots: 0, judgingMs: null };
}

/**
 * Until a job is begun that so many go before; null: nobody judges, or nobody knows yet how long it
 * takes. Every slot takes the next job when it has finished one: on average half of one is left.
 */
export function estimatedWaitMs(ahead: number, { slots, judgingMs }: Throughput): number | null {
  if (slots === 0 || judgingMs === null) return null;
  return Math.round(((ahead + 0.5) / slots) * judgingMs);
}
