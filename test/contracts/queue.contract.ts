import type { Transaction } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { newId } from '../../src/database/new-id.js';
import type { Database, Lane } from '../../src/database/schema.js';
import type { ClaimedJob, Lease, NewJob, Queue } from '../../src/queue/queue.js';

export interface QueueTrial {
  readonly queue: Queue;
  transaction<T>(work: (tx: Transaction<Database>) => Promise<T>): Promise<T>;
  /** As if nobody had renewed the lease in time. */
  lapse(lease: Lease): Promise<void>;
}

const DEADLINE = { timeout: 60_000, interval: 20 };

/** What every queue has to do. Each test gets an empty one. */
export function queueContract(name: string, open: () => Promise<QueueTrial>): void {
  describe(`queue: ${name}`, () => {
    it('hands out what was put in, once', async () => {
      const { queue, add } = await opened(open);
      const job = jobOf('practice');
      const jobId = await add(job);
      const lease = await claimed(queue);
      expect(lease).toMatchObject({
        kind: 'judgement',
        id: job.id,
        jobId,
        lane: 'practice',
        attempt: 1,
      });
      expect(await queue.claim()).toBeUndefined();
    });

    it('keeps nothing of a transaction that was rolled back', async () => {
      const { queue, transaction } = await opened(open);
      const failed = transaction(async (tx) => {
        await queue.enqueue(tx, jobOf('contest'));
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      expect(await queue.claim()).toBeUndefined();
    });

    it('hands out by lane, whatever came first', async () => {
      const { queue, add } = await opened(open);
      const lanes: readonly Lane[] = ['rejudge', 'verification', 'practice', 'custom', 'contest'];
      for (const lane of lanes) await add(jobOf(lane));
      const order: Lane[] = [];
      for (const _ of lanes) order.push((await claimed(queue)).lane);
      expect(order).toEqual(lanes.toReversed());
    });

    it('puts a second pending job of one submitter behind the first of another', async () => {
      const { queue, add } = await opened(open);
      const first = jobOf('practice');
      const second = jobOf('practice', 1);
      const other = jobOf('practice');
      await add(first);
      await add(second);
      await add(other);
      expect((await claimed(queue)).id).toBe(first.id);
      expect((await claimed(queue)).id).toBe(other.id);
      expect((await claimed(queue)).id).toBe(second.id);
    });

    it('leaves out the lanes after the last one asked for', async () => {
      const { queue, add } = await opened(open);
      await add(jobOf('rejudge'));
      expect(await queue.claim({ lastLane: 'verification' })).toBeUndefined();
      const kept = jobOf('verification');
      await add(kept);
      expect((await claimed(queue, 'verification')).id).toBe(kept.id);
      expect((await claimed(queue)).lane).toBe('rejudge');
    });

    it('gives each of many claims at once a job of its own', async () => {
      const { queue, transaction } = await opened(open);
      const jobs = Array.from({ length: 20 }, () => jobOf('practice'));
      const ids = await transaction((tx) => queue.enqueueAll(tx, jobs));
      const got = await Promise.all(ids.map(() => claimed(queue)));
      expect(got.map(({ jobId }) => jobId).toSorted()).toEqual(ids.toSorted());
      expect(got.map(({ id }) => id).toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    });

    it('answers many enqueued at once with their ids in order', async () => {
      const { queue, transaction } = await opened(open);
      const jobs = Array.from({ length: 2500 }, () => jobOf('rejudge'));
      const ids = await transaction((tx) => queue.enqueueAll(tx, jobs));
      expect(new Set(ids).size).toBe(2500);
      const { id, jobId } = await claimed(queue);
      expect(ids.indexOf(jobId)).toBe(jobs.findIndex((job) => job.id === id));
    });

    it('renews and completes a lease that is held', async () => {
      const { queue, add, transaction } = await opened(open);
      await add(jobOf('practice'));
      const lease = await claimed(queue);
      expect(await queue.renew(lease)).toBe(true);
      expect(await transaction((tx) => queue.renew(lease, tx))).toBe(true);
      expect(await transaction((tx) => queue.complete(lease, tx))).toBe(true);
      expect(await queue.renew(lease)).toBe(false);
      expect(await transaction((tx) => queue.complete(lease, tx))).toBe(false);
      await queue.expire();
      expect(await queue.claim()).toBeUndefined();
    });

    it('keeps a job active when the transaction that completes it is rolled back', async () => {
      const { queue, add, transaction } = await opened(open);
      await add(jobOf('practice'));
      const lease = await claimed(queue);
      const failed = transaction(async (tx) => {
        expect(await queue.complete(lease, tx)).toBe(true);
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      expect(await queue.renew(lease)).toBe(true);
    });

    it('frees a job whose lease was not renewed, and counts the attempt', async () => {
      const { queue, add, lapse } = await opened(open);
      await add(jobOf('practice'));
      const first = await claimed(queue);
      await queue.expire();
      expect(await queue.claim()).toBeUndefined();
      await lapse(first);
      await queue.expire();
      expect(await claimed(queue)).toMatchObject({ jobId: first.jobId, attempt: 2 });
    });

    it('does not let a stale attempt change anything', async () => {
      const { queue, add, lapse, transaction } = await opened(open);
      await add(jobOf('practice'));
      const stale = await claimed(queue);
      await lapse(stale);
      await queue.expire();
      const live = await claimed(queue);
      expect(live.token).not.toBe(stale.token);
      expect(await queue.renew(stale)).toBe(false);
      expect(await transaction((tx) => queue.complete(stale, tx))).toBe(false);
      await queue.giveBack(stale);
      await queue.fail(stale, 'too late');
      expect(await queue.claim()).toBeUndefined();
      expect(await queue.renew(live)).toBe(true);
      expect(await transaction((tx) => queue.complete(live, tx))).toBe(true);
    });

    it('gives a job back to its place, without counting the attempt', async () => {
      const { queue, add } = await opened(open);
      const first = jobOf('practice');
      await add(first);
      await add(jobOf('practice'));
      for (let time = 0; time < 5; time += 1) {
        const lease = await claimed(queue);
        expect(lease).toMatchObject({ id: first.id, attempt: 1 });
        await queue.giveBack(lease);
        expect(await queue.renew(lease)).toBe(false);
      }
    });

    it('does not give back for a lease that was given back already', async () => {
      const { queue, add } = await opened(open);
      await add(jobOf('practice'));
      const first = await claimed(queue);
      await queue.giveBack(first);
      const second = await claimed(queue);
      await queue.giveBack(first);
      expect(await queue.claim()).toBeUndefined();
      expect(await queue.renew(second)).toBe(true);
    });

    it('takes an attempt back that ended because the lease could not be renewed', async () => {
      const { queue, add, lapse } = await opened(open);
      await add(jobOf('practice'));
      for (let time = 0; time < 5; time += 1) {
        const cutOff = await claimed(queue);
        expect(cutOff.attempt).toBe(1);
        await lapse(cutOff);
        await queue.expire();
        await queue.giveBack(cutOff);
        await queue.giveBack(cutOff);
      }
      // Also while somebody else has it by now, who keeps it.
      const cutOff = await claimed(queue);
      await lapse(cutOff);
      await queue.expire();
      const live = await claimed(queue);
      expect(live.attempt).toBe(2);
      await queue.giveBack(cutOff);
      expect(await queue.renew(live)).toBe(true);
      await lapse(live);
      await queue.expire();
      expect((await claimed(queue)).attempt).toBe(2);
    });

    it('does not take back an attempt that failed', async () => {
      const { queue, add } = await opened(open);
      await add(jobOf('practice'));
      const first = await claimed(queue);
      await queue.fail(first, 'its own fault');
      await queue.giveBack(first);
      expect((await claimed(queue)).attempt).toBe(2);
    });

    it('gives a job up after three attempts, with the last reason', async () => {
      const { queue, add, transaction } = await opened(open);
      const job = jobOf('practice');
      await add(job);
      for (const attempt of [1, 2, 3]) {
        const lease = await claimed(queue);
        expect(lease.attempt).toBe(attempt);
        await queue.fail(lease, `failed for the ${attempt}. time`);
      }
      const last = await eventually(queue);
      expect(last).toMatchObject({
        kind: 'given-up',
        lease: { id: job.id, attempt: 4 },
        message: 'failed for the 3. time',
      });
      expect(await transaction((tx) => queue.complete(last.lease, tx))).toBe(true);
      expect(await queue.claim()).toBeUndefined();
    });

    it('gives up a job whose worker vanished three times', async () => {
      const { queue, add, lapse } = await opened(open);
      await add(jobOf('practice'));
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await lapse(await claimed(queue));
        await queue.expire();
      }
      const last = await eventually(queue);
      expect(last.kind).toBe('given-up');
      // Whoever was to write it down may vanish too.
      await lapse(last.lease);
      await queue.expire();
      expect((await eventually(queue)).kind).toBe('given-up');
    });

    it('takes cancelled jobs out, also one that is being worked on', async () => {
      const { queue, add, transaction } = await opened(open);
      await add(jobOf('practice'));
      const lease = await claimed(queue);
      const waiting = await add(jobOf('practice'));
      await transaction((tx) => queue.cancel(tx, [lease.jobId, waiting]));
      expect(await queue.renew(lease)).toBe(false);
      expect(await queue.claim()).toBeUndefined();
      expect(await queue.ahead(waiting)).toBeUndefined();
    });

    it('puts a job aside until its part is enabled, at its old place and uncounted', async () => {
      const { queue, add, transaction } = await opened(open);
      const first = await add(jobOf('practice'));
      const second = await add(jobOf('practice'));
      const lease = await claimed(queue);
      expect(await transaction((tx) => queue.park(lease, 'language:c', tx))).toBe(true);
      expect(await transaction((tx) => queue.park(lease, 'language:c', tx))).toBe(false);
      expect(await queue.renew(lease)).toBe(false);
      expect(await queue.ahead(first)).toBeUndefined();
      expect(await queue.ahead(second)).toBe(0);
      expect((await queue.depths())[2]).toMatchObject({ waiting: 1, parked: 1, active: 0 });
      await transaction((tx) => queue.unpark('language:java', tx));
      expect(await queue.ahead(first)).toBeUndefined();
      await transaction((tx) => queue.unpark('language:c', tx));
      expect(await claimed(queue)).toMatchObject({ jobId: first, attempt: 1 });
      expect((await claimed(queue)).jobId).toBe(second);
    });

    it('hands a job on to whoever does not leave it out, at its old place and uncounted', async () => {
      const { queue, add, transaction } = await opened(open);
      const first = await add(jobOf('practice'));
      const second = await add(jobOf('practice'));
      const lease = await claimed(queue);
      expect(await transaction((tx) => queue.handOn(lease, 'language:c', tx))).toBe(true);
      expect(await transaction((tx) => queue.handOn(lease, 'language:c', tx))).toBe(false);
      expect(await queue.ahead(first)).toBe(0);
      expect((await queue.depths())[2]).toMatchObject({ waiting: 2, parked: 0 });
      const other = await queue.claim({ without: ['language:java', 'language:c'] });
      expect(other?.lease.jobId).toBe(second);
      expect(await queue.claim({ without: ['language:c'] })).toBeUndefined();
      const taken = await queue.claim({ without: ['language:java'] });
      expect(taken?.lease).toMatchObject({ jobId: first, attempt: 1 });
      // It may still have to be put aside, and is then not left out any more.
      await transaction((tx) => queue.park(taken!.lease, 'language:c', tx));
      expect((await queue.depths())[2]).toMatchObject({ waiting: 0, parked: 1 });
      await transaction((tx) => queue.unpark('language:c', tx));
      expect((await queue.claim({ without: ['language:c'] }))?.lease.jobId).toBe(first);
    });

    it('says how many go before a job, until it is handed out', async () => {
      const { queue, add } = await opened(open);
      const rejudge = await add(jobOf('rejudge'));
      const practice = await add(jobOf('practice'));
      const later = await add(jobOf('practice', 3));
      expect(await queue.ahead(practice)).toBe(0);
      expect(await queue.ahead(later)).toBe(1);
      expect(await queue.ahead(rejudge)).toBe(2);
      expect((await claimed(queue)).jobId).toBe(practice);
      expect(await queue.ahead(practice)).toBeUndefined();
      expect(await queue.ahead(rejudge)).toBe(1);
      expect(await queue.ahead(newId())).toBeUndefined();
    });

    it('counts what waits and what is worked on, by lane', async () => {
      const { queue, add } = await opened(open);
      await add(jobOf('contest'));
      await claimed(queue);
      await add(jobOf('practice'));
      await add(jobOf('practice'));
      const depths = await queue.depths();
      expect(depths.map(({ lane }) => lane)).toEqual([
        'contest',
        'custom',
        'practice',
        'verification',
        'rejudge',
      ]);
      expect(depths[0]).toMatchObject({ waiting: 0, active: 1, oldestWaitingMs: 0 });
      expect(depths[2]).toMatchObject({ waiting: 2, active: 0 });
      expect(depths[2]?.oldestWaitingMs).toBeGreaterThanOrEqual(0);
    });

    it('tells whoever listens that a job came, or came back', async () => {
      const { queue, add } = await opened(open);
      const told = vi.fn();
      const stop = queue.onWork(told);
      await add(jobOf('practice'));
      await vi.waitFor(() => expect(told).toHaveBeenCalled(), DEADLINE);
      const lease = await claimed(queue);
      // What was told so far may still be on its way.
      await vi.waitFor(async () => {
        const calls = told.mock.calls.length;
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(told.mock.calls.length).toBe(calls);
      }, DEADLINE);
      told.mockClear();
      await queue.giveBack(lease);
      await vi.waitFor(() => expect(told).toHaveBeenCalled(), DEADLINE);
      stop();
    });
  });
}

async function opened(open: () => Promise<QueueTrial>) {
  const trial = await open();
  const add = (job: NewJob): Promise<string> =>
    trial.transaction((tx) => trial.queue.enqueue(tx, job));
  return {
    ...trial,
    add,
    transaction: trial.transaction.bind(trial),
    lapse: trial.lapse.bind(trial),
  };
}

function jobOf(lane: Lane, pending = 0): NewJob {
  return { kind: 'judgement', id: newId(), lane, pending };
}

/** What failed may have to wait for a moment. */
async function eventually(queue: Queue, lastLane?: Lane): Promise<ClaimedJob> {
  return await vi.waitFor(async () => {
    const job = await queue.claim(lastLane === undefined ? {} : { lastLane });
    if (job === undefined) throw new Error('no job waits');
    return job;
  }, DEADLINE);
}

async function claimed(queue: Queue, lastLane?: Lane): Promise<Lease> {
  const job = await eventually(queue, lastLane);
  expect(job.kind).toBe('job');
  return job.lease;
}
