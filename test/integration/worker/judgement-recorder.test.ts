import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Listener } from '../../../src/database/listener.js';
import type { JudgementEvent } from '../../../src/judging/judgement.js';
import { PgBossQueue } from '../../../src/queue/pg-boss-queue.js';
import type { Lease, Queue } from '../../../src/queue/queue.js';
import { LeaseLost } from '../../../src/worker/interruption.js';
import { JudgementRecorder } from '../../../src/worker/judgement-recorder.js';
import { newId } from '../../../src/database/new-id.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import { COMPILED, finishedOf, runOf, STARTED } from '../../fixtures/judging-rows.js';
import {
  insertProblem,
  insertSubmission,
  type ProblemRows,
} from '../../fixtures/submission-rows.js';

let database: TestDatabase;
let listener: Listener;
let queue: PgBossQueue;
let problem: ProblemRows;

beforeAll(async () => {
  database = await createTestDatabase();
  listener = new Listener({ url: database.url });
  queue = new PgBossQueue(database.db, listener);
  problem = await insertProblem(database.db);
});
beforeEach(async () => {
  await sql`delete from pgboss.job`.execute(database.db);
});
afterAll(async () => {
  await queue.close();
  await listener.close();
  await database.drop();
});

const ALL: readonly JudgementEvent[] = [
  STARTED,
  COMPILED,
  runOf({ ordinal: 1 }),
  runOf({ ordinal: 2 }),
  finishedOf(),
];

async function claimed(): Promise<{ lease: Lease; submissionId: string }> {
  const { submissionId, judgementId } = await insertSubmission(database.db, problem);
  await database.db.transaction().execute(async (tx) => {
    const job = { kind: 'judgement', id: judgementId, lane: 'practice', pending: 0 } as const;
    const jobId = await queue.enqueue(tx, job);
    await tx
      .updateTable('judgements')
      .set({ job_id: jobId })
      .where('id', '=', judgementId)
      .execute();
  });
  const job = await queue.claim();
  if (job?.lease.id !== judgementId) throw new Error('another job was claimed');
  return { lease: job.lease, submissionId };
}

function recorderOf(
  { lease, submissionId }: { lease: Lease; submissionId: string },
  over: Pick<Queue, 'renew' | 'complete'> = queue,
): JudgementRecorder {
  return new JudgementRecorder({
    db: database.db,
    queue: over,
    lease,
    signal: new AbortController().signal,
    submissionId,
    workerId: newId(),
    toolchain: {},
    keyOf: ({ ordinal }) => ({ key: `key ${String(ordinal)}`, taken: false }),
  });
}

async function stored(submissionId: string) {
  const { rows } = await sql<{ type: string }>`
    select type from events where submission_id = ${submissionId} order by sequence`.execute(
    database.db,
  );
  const judgement = await database.db
    .selectFrom('judgements')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .executeTakeFirstOrThrow();
  const runs = await database.db
    .selectFrom('runs')
    .selectAll()
    .where('judgement_id', '=', judgement.id)
    .execute();
  return { types: rows.map(({ type }) => type), judgement, runs };
}

describe('the recorder of a judgement', () => {
  it('stores every event in order, and completes the job with the verdict', async () => {
    const job = await claimed();
    const recorder = recorderOf(job);
    for (const event of ALL) recorder.add(event);
    await recorder.settle();
    const { types, judgement, runs } = await stored(job.submissionId);
    expect(types).toEqual([
      'judgement.started',
      'judgement.compiled',
      'judgement.run',
      'judgement.run',
      'judgement.finished',
    ]);
    expect(judgement).toMatchObject({ state: 'finished', attempt: 1 });
    expect(runs).toHaveLength(2);
    expect(await queue.renew(job.lease)).toBe(false);
  });

  it('stores what programs print that PostgreSQL cannot keep', async () => {
    const job = await claimed();
    const recorder = recorderOf(job);
    const odd = 'a\0b\ud800';
    recorder.add({ ...STARTED });
    recorder.add({ ...COMPILED, log: odd } as JudgementEvent);
    recorder.add(runOf({ verdict: 'WA', reason: odd, feedback: { judgeMessage: odd } }));
    recorder.add(finishedOf({ verdict: 'WA', reason: odd }));
    await recorder.settle();
    const { judgement, runs } = await stored(job.submissionId);
    expect(judgement).toMatchObject({ verdict: 'WA', reason: 'a\ufffdb\ufffd' });
    expect(runs[0]?.run).toMatchObject({ feedback: { judgeMessage: 'a\ufffdb\ufffd' } });
  });

  it('stores nothing once the lease is lost', async () => {
    const job = await claimed();
    const recorder = recorderOf(job);
    recorder.add(STARTED);
    await recorder.settle();
    await queue.fail(job.lease, 'as if somebody else had it');
    recorder.add(runOf({ ordinal: 1 }));
    recorder.add(finishedOf());
    await expect(recorder.settle()).rejects.toThrow(LeaseLost);
    const { types, judgement, runs } = await stored(job.submissionId);
    expect(types).toEqual(['judgement.started']);
    expect(judgement.verdict).toBeNull();
    expect(runs).toHaveLength(0);
  });

  it('stores events once when the answer to a commit is lost', async () => {
    const job = await claimed();
    const { db } = database;
    let lost = 0;
    const flaky = new Proxy(db, {
      get(target, name, receiver) {
        if (name !== 'transaction') return Reflect.get(target, name, receiver) as unknown;
        return () => ({
          execute: async (work: Parameters<ReturnType<typeof db.transaction>['execute']>[0]) => {
            const result = await target.transaction().execute(work);
            lost += 1;
            if (lost % 2 === 1) throw new Error('Connection terminated unexpectedly');
            return result;
          },
        });
      },
    });
    const recorder = new JudgementRecorder({
      db: flaky,
      queue,
      ...job,
      signal: new AbortController().signal,
      workerId: newId(),
      toolchain: {},
      keyOf: () => ({ key: 'key', taken: false }),
    });
    for (const event of ALL) {
      recorder.add(event);
      await recorder.settle();
    }
    const { types, judgement } = await stored(job.submissionId);
    expect(types).toHaveLength(ALL.length);
    expect(judgement.state).toBe('finished');
  });

  it('leaves no run of an earlier attempt that came further', async () => {
    const job = await claimed();
    const first = recorderOf(job);
    for (const event of ALL.slice(0, -1)) first.add(event);
    await first.settle();
    await queue.giveBack(job.lease);
    const again = await queue.claim();
    const second = recorderOf({ ...job, lease: again!.lease });
    for (const event of [STARTED, COMPILED, runOf({ ordinal: 1 }), finishedOf()]) second.add(event);
    await second.settle();
    const { runs } = await stored(job.submissionId);
    expect(runs.map(({ ordinal }) => ordinal)).toEqual([1]);
  });
});
