import type { Transaction } from 'kysely';
import { newId } from '../../src/database/new-id.js';
import type { Database } from '../../src/database/schema.js';
import { LANES, lowestOf, priorityOf } from '../../src/queue/lane.js';
import type {
  ClaimedJob,
  ClaimOptions,
  LaneDepth,
  Lease,
  NewJob,
  Queue,
} from '../../src/queue/queue.js';
import { ATTEMPTS } from '../../src/queue/queue-settings.js';

interface FakeJob extends NewJob {
  readonly jobId: string;
  readonly order: number;
  readonly priority: number;
  readonly madeAtMs: number;
  state: 'waiting' | 'active' | 'done' | 'cancelled';
  claims: number;
  attempts: number;
  lapsed: boolean;
  message: string;
  parkedFor?: string;
  handedOnFor?: string;
  /** Tokens of attempts that nobody took back yet. */
  readonly expired: Set<string>;
}

type Tx = Transaction<Database>;

/** A queue in memory for unit tests. Its transactions are its own: what they are given is not used. */
export class FakeQueue implements Queue {
  #jobs: FakeJob[] = [];
  #order = 0;
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Undoes what the work did to the queue when it throws. */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const before = this.#jobs.map((job) => ({ ...job }));
    try {
      const result = await work(undefined as unknown as Tx);
      this.#tell();
      return result;
    } catch (error) {
      this.#jobs = before;
      throw error;
    }
  }

  /** As if nobody had renewed the lease in time. */
  lapse({ jobId }: Lease): void {
    const job = this.#jobs.find((one) => one.jobId === jobId);
    if (job !== undefined) job.lapsed = true;
  }

  async enqueue(_tx: Tx, job: NewJob): Promise<string> {
    const madeAtMs = this.#now();
    const jobId = newId();
    this.#jobs.push({
      ...job,
      jobId,
      order: (this.#order += 1),
      priority: priorityOf(job.lane, madeAtMs, job.pending),
      madeAtMs,
      state: 'waiting',
      claims: 0,
      attempts: 0,
      lapsed: false,
      message: '',
      expired: new Set(),
    });
    return jobId;
  }

  async enqueueAll(tx: Tx, jobs: readonly NewJob[]): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const job of jobs) ids.push(await this.enqueue(tx, job));
    return ids;
  }

  async claim({ lastLane, without = [] }: ClaimOptions = {}): Promise<ClaimedJob | undefined> {
    const least = lastLane === undefined ? -Infinity : lowestOf(lastLane);
    const [job] = this.#waiting().filter(
      ({ priority, handedOnFor }) =>
        priority >= least && (handedOnFor === undefined || !without.includes(handedOnFor)),
    );
    if (job === undefined) return undefined;
    job.state = 'active';
    job.lapsed = false;
    job.claims += 1;
    job.attempts += 1;
    const lease = leaseOf(job);
    return job.attempts > ATTEMPTS
      ? { kind: 'given-up', lease, message: job.message }
      : { kind: 'job', lease };
  }

  async renew(lease: Lease): Promise<boolean> {
    return this.#held(lease) !== undefined;
  }

  async complete(lease: Lease, _tx: Tx): Promise<boolean> {
    const job = this.#held(lease);
    if (job !== undefined) job.state = 'done';
    return job !== undefined;
  }

  async giveBack(lease: Lease): Promise<void> {
    const { jobId, token } = lease;
    const expired = this.#jobs.find((one) => one.jobId === jobId);
    if (expired?.expired.delete(token) === true) expired.attempts -= 1;
    const job = this.#held(lease);
    if (job === undefined) return;
    job.state = 'waiting';
    job.attempts -= 1;
    this.#tell();
  }

  async handOn(lease: Lease, part: string, _tx: Tx): Promise<boolean> {
    const job = this.#held(lease);
    if (job === undefined) return false;
    job.state = 'waiting';
    job.attempts -= 1;
    job.handedOnFor = part;
    return true;
  }

  async park(lease: Lease, part: string, _tx: Tx): Promise<boolean> {
    const job = this.#held(lease);
    if (job === undefined) return false;
    delete job.handedOnFor;
    job.state = 'waiting';
    job.attempts -= 1;
    job.parkedFor = part;
    return true;
  }

  async unpark(part: string, _tx: Tx): Promise<void> {
    for (const job of this.#jobs) if (job.parkedFor === part) delete job.parkedFor;
  }

  async fail(lease: Lease, message: string): Promise<void> {
    const job = this.#held(lease);
    if (job === undefined) return;
    job.state = 'waiting';
    job.message = message;
    this.#tell();
  }

  async cancel(_tx: Tx, jobIds: readonly string[]): Promise<void> {
    for (const job of this.#jobs) {
      if (jobIds.includes(job.jobId) && job.state !== 'done') job.state = 'cancelled';
    }
  }

  async ahead(jobId: string): Promise<number | undefined> {
    const place = this.#waiting().findIndex((job) => job.jobId === jobId);
    return place === -1 ? undefined : place;
  }

  async expire(): Promise<void> {
    for (const job of this.#jobs) {
      if (job.state !== 'active' || !job.lapsed) continue;
      job.state = 'waiting';
      job.expired.add(String(job.claims));
      job.message = 'the worker that had it was not heard of any more';
    }
    this.#tell();
  }

  async depths(): Promise<readonly LaneDepth[]> {
    return LANES.map((lane) => {
      const jobs = this.#jobs.filter((job) => job.lane === lane);
      const queued = jobs.filter(({ state }) => state === 'waiting');
      const waiting = queued.filter(({ parkedFor }) => parkedFor === undefined);
      const oldest = waiting.reduce((least, job) => Math.min(least, job.madeAtMs), Infinity);
      return {
        lane,
        waiting: waiting.length,
        active: jobs.filter(({ state }) => state === 'active').length,
        parked: queued.length - waiting.length,
        oldestWaitingMs: waiting.length === 0 ? 0 : this.#now() - oldest,
      };
    });
  }

  onWork(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  #waiting(): readonly FakeJob[] {
    return this.#jobs
      .filter(({ state, parkedFor }) => state === 'waiting' && parkedFor === undefined)
      .sort((a, b) => b.priority - a.priority || a.order - b.order);
  }

  #held({ jobId, token }: Lease): FakeJob | undefined {
    return this.#jobs.find(
      (job) => job.jobId === jobId && job.state === 'active' && String(job.claims) === token,
    );
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function leaseOf({ kind, id, jobId, lane, attempts, claims }: FakeJob): Lease {
  return { kind, id, jobId, lane, attempt: attempts, token: String(claims) };
}
