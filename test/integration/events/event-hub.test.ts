import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Listener } from '../../../src/database/listener.js';
import { appendEvents } from '../../../src/events/append-events.js';
import { EventHub } from '../../../src/events/event-hub.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import {
  insertProblem,
  insertSubmission,
  type ProblemRows,
  type SubmissionRows,
} from '../../fixtures/submission-rows.js';

const WITHIN = { timeout: 60_000 };

let database: TestDatabase;
let problem: ProblemRows;
let listener: Listener;
let hub: EventHub;

beforeAll(async () => {
  database = await createTestDatabase();
  problem = await insertProblem(database.db);
});
afterAll(() => database.drop());
afterEach(async () => {
  hub.stop();
  await listener.close();
});

async function startHub(): Promise<void> {
  listener = new Listener({ url: database.url });
  // Only notifications and gaps may be what tells it.
  hub = new EventHub(database.db, listener, { backstopMs: 3_600_000 });
  await new Promise<void>((resolve) => {
    listener.subscribe({ channel: 'test', onNotification: () => undefined, onGap: resolve });
  });
}

async function append(of: SubmissionRows, count: number, from = 1): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({
    ...of,
    type: 'judgement.run' as const,
    data: { ordinal: from + index },
  }));
  await database.db.transaction().execute((tx) => appendEvents(tx, events));
}

/** Follows, and keeps what it is given. */
function collect(of: SubmissionRows, after = 0) {
  const sequences: number[] = [];
  const state = { ready: true, calls: 0, caughtUp: false };
  const following = hub.follow(of.submissionId, after, {
    isReady: () => state.ready,
    receive: (events, caughtUp) => {
      state.calls += 1;
      state.caughtUp = caughtUp;
      sequences.push(...events.map(({ sequence }) => sequence));
    },
  });
  return { sequences, state, following };
}

const upTo = (last: number, from = 1): number[] =>
  Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe('following a submission', () => {
  it('gives what was before, then what comes, in order and once', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    await append(one, 3);
    const follower = collect(one);
    for (let batch = 0; batch < 20; batch += 1) await append(one, 2);
    const late = collect(one, 30);
    await vi.waitFor(() => {
      expect(follower.sequences).toEqual(upTo(43));
      expect(late.sequences).toEqual(upTo(43, 31));
    }, WITHIN);
  });

  it('says that there is nothing, when there is nothing', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    const follower = collect(one);
    await vi.waitFor(
      () => expect(follower.state).toMatchObject({ calls: 1, caughtUp: true }),
      WITHIN,
    );
    expect(follower.sequences).toEqual([]);
  });

  it('reads a long history in pages', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    await append(one, 450);
    const follower = collect(one);
    await vi.waitFor(() => expect(follower.sequences).toEqual(upTo(450)), WITHIN);
    expect(follower.state).toMatchObject({ calls: 3, caughtUp: true });
  });

  it('asks the database once for all that follow the same submission', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    const followers = Array.from({ length: 2000 }, () => collect(one));
    await vi.waitFor(
      () => expect(followers.every(({ state }) => state.calls === 1)).toBe(true),
      WITHIN,
    );
    const read = vi.spyOn(database.db, 'getExecutor');
    await append(one, 1);
    await vi.waitFor(
      () => expect(followers.every(({ sequences }) => sequences.length === 1)).toBe(true),
      WITHIN,
    );
    // Transactions have executors of their own.
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });

  it('gives nothing to who cannot take it, and all of it when he can again', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    const slow = collect(one);
    const other = collect(one);
    await append(one, 1);
    await vi.waitFor(() => expect(slow.sequences).toEqual([1]), WITHIN);
    slow.state.ready = false;
    await append(one, 300, 2);
    await vi.waitFor(() => expect(other.sequences).toEqual(upTo(301)), WITHIN);
    expect(slow.sequences).toEqual([1]);
    slow.state.ready = true;
    slow.following.resume();
    await vi.waitFor(() => expect(slow.sequences).toEqual(upTo(301)), WITHIN);
  });

  it('finds what came while its connection was gone', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    const follower = collect(one);
    await vi.waitFor(() => expect(follower.state.calls).toBe(1), WITHIN);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'minos listener' and datname = current_database()`.execute(
      database.db,
    );
    await append(one, 2);
    await vi.waitFor(() => expect(follower.sequences).toEqual([1, 2]), WITHIN);
    await append(one, 1);
    await vi.waitFor(() => expect(follower.sequences).toEqual([1, 2, 3]), WITHIN);
  });

  it('reads again after the database failed', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    await append(one, 1);
    await sql`alter table events rename to events_away`.execute(database.db);
    const follower = collect(one);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sql`alter table events_away rename to events`.execute(database.db);
    await vi.waitFor(() => expect(follower.sequences).toEqual([1]), WITHIN);
  });

  it('forgets a submission that nobody follows any more', async () => {
    await startHub();
    const one = await insertSubmission(database.db, problem);
    const [a, b] = [collect(one), collect(one)];
    a.following.stop();
    expect(hub.size).toBe(1);
    b.following.stop();
    expect(hub.size).toBe(0);
    await append(one, 1);
    expect(a.sequences).toEqual([]);
  });
});
