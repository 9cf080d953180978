import type { Transaction } from 'kysely';
import type { Database, Lane } from '../database/schema.js';

/** What a job is about; its row has the rest. */
export interface JobSubject {
  readonly kind: 'judgement' | 'custom-run' | 'verification';
  /** Of the judgement, custom run or verification. */
  readonly id: string;
}

export interface NewJob extends JobSubject {
  readonly lane: Lane;
  /** Jobs that the submitter has pending already. */
  readonly pending: number;
}

/** Temporary ownership of a job. Another attempt makes it void: what it then does changes nothing. */
export interface Lease extends JobSubject {
  readonly jobId: string;
  readonly lane: Lane;
  /** From 1. A job that was given back without a fault keeps its number. */
  readonly attempt: number;
  /** Names the attempt; the queue's own fence. */
  readonly token: string;
}

/** A job whose attempts are used up. Whoever has it says so in its row, and completes it. */
export type ClaimedJob =
  | { readonly kind: 'job'; readonly lease: Lease }
  | { readonly kind: 'given-up'; readonly lease: Lease; readonly message: string };

export interface LaneDepth {
  readonly lane: Lane;
  readonly waiting: number;
  readonly active: number;
  /** Put aside until the part they need is enabled again; not among those that wait. */
  readonly parked: number;
  readonly oldestWaitingMs: number;
}

type Tx = Transaction<Database>;

export interface ClaimOptions {
  /** Of lanes up to this one. */
  readonly lastLane?: Lane;
  /** None that was handed on for one of these parts. */
  readonly without?: readonly string[];
}

/** Jobs that wait, one lease each. Waiting jobs survive everything but the database. */
export interface Queue {
  /** In the transaction that makes the job's row. @returns the job's id. */
  enqueue(tx: Tx, job: NewJob): Promise<string>;
  /** Many at once, for rejudgings. @returns their ids in the same order. */
  enqueueAll(tx: Tx, jobs: readonly NewJob[]): Promise<readonly string[]>;
  /** The first of the queue that is wanted. undefined: none waits. */
  claim(options?: ClaimOptions): Promise<ClaimedJob | undefined>;
  /** Prolongs the lease. @returns false when it is lost; in a transaction, it then must be rolled back. */
  renew(lease: Lease, tx?: Tx): Promise<boolean>;
  /** In the transaction that stores the result. @returns false when the lease is lost. */
  complete(lease: Lease, tx: Tx): Promise<boolean>;
  /**
   * Back to the same place in the queue, without counting an attempt. One that ended by `expire`
   * meanwhile is taken back from the count, whoever has the job by now.
   */
  giveBack(lease: Lease): Promise<void>;
  /**
   * Back to the same place, uncounted, for those who do not leave out what this part is needed for.
   * @returns false when the lease is lost.
   */
  handOn(lease: Lease, part: string, tx: Tx): Promise<boolean>;
  /** Puts the job aside, uncounted, until `unpark`. @returns false when the lease is lost. */
  park(lease: Lease, part: string, tx: Tx): Promise<boolean>;
  /** Back to their places in the queue: all jobs that were put aside for the part. */
  unpark(part: string, tx: Tx): Promise<void>;
  /** The attempt failed: tried again, at most three times in all, then given up. */
  fail(lease: Lease, message: string): Promise<void>;
  /** Takes jobs out that wait or are being worked on. */
  cancel(tx: Tx, jobIds: readonly string[]): Promise<void>;
  /** How many jobs go before this one. undefined: it does not wait, or is put aside. */
  ahead(jobId: string): Promise<number | undefined>;
  /**
   * Frees the jobs whose leases were not renewed in time. The attempt counts, unless the lease was
   * never renewed: whoever works on a job renews first. Runs regularly in every worker and API process. */
  expire(): Promise<void>;
  depths(): Promise<readonly LaneDepth[]>;
  /** Calls back when a job may have come. @returns how to stop listening. */
  onWork(callback: () => void): () => void;
  close(): Promise<void>;
}
