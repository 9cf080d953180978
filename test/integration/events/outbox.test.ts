import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import { appendEvent, appendEvents, type NewEvent } from '../../../src/events/append-events.js';
import { eventsAfter } from '../../../src/events/read-events.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import {
  insertJudgement,
  insertProblem,
  insertSubmission,
  type ProblemRows,
  type SubmissionRows,
} from '../../fixtures/submission-rows.js';

let database: TestDatabase;
let problem: ProblemRows;

beforeAll(async () => {
  database = await createTestDatabase();
  problem = await insertProblem(database.db);
});
afterAll(() => database.drop());

function run(of: SubmissionRows, ordinal: number): NewEvent {
  return { ...of, type: 'judgement.run', data: { ordinal } };
}

async function append(...events: readonly NewEvent[]): Promise<void> {
  await database.db.transaction().execute((tx) => appendEvents(tx, events));
}

async function read({ submissionId }: SubmissionRows, after = 0) {
  const events = await eventsAfter(database.db, [{ submissionId, after }]);
  return events.map(({ sequence, type, json }) => ({
    sequence,
    type,
    data: JSON.parse(json) as Record<string, unknown>,
  }));
}

describe('the outbox', () => {
  it('numbers the events of each submission from 1, in the order they are given', async () => {
    const one = await insertSubmission(database.db, problem);
    const other = await insertSubmission(database.db, problem);
    await append(run(one, 1), run(other, 1), run(one, 2));
    await append(run(one, 3));
    expect((await read(one)).map(({ sequence, data }) => [sequence, data['ordinal']])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect((await read(other)).map(({ sequence }) => sequence)).toEqual([1]);
    expect((await read(one, 2)).map(({ sequence }) => sequence)).toEqual([3]);
  });

  it('leaves no gap and doubles nothing when many transactions append at once', async () => {
    const one = await insertSubmission(database.db, problem);
    await Promise.all(Array.from({ length: 40 }, (_, index) => append(run(one, index))));
    const sequences = (await read(one)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('keeps nothing, and no number, of a transaction that is rolled back', async () => {
    const one = await insertSubmission(database.db, problem);
    const failing = database.db.transaction().execute(async (tx) => {
      await appendEvent(tx, run(one, 1));
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    await append(run(one, 2));
    expect(await read(one)).toMatchObject([{ sequence: 1, data: { ordinal: 2 } }]);
  });

  it('says nothing of a judgement that is not current', async () => {
    const one = await insertSubmission(database.db, problem);
    const rejudged = { submissionId: one.submissionId, judgementId: newId() };
    await insertJudgement(database.db, {
      ...rejudged,
      versionId: problem.versionId,
      current: false,
    });
    await append(run(rejudged, 1));
    expect(await read(one)).toEqual([]);
  });

  it('gives each event its submission, its judgement and its time', async () => {
    const one = await insertSubmission(database.db, problem);
    await append(run(one, 7));
    const [event] = await read(one);
    expect(event?.data).toEqual({
      submission_id: one.submissionId,
      judgement_id: one.judgementId,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      ordinal: 7,
    });
  });

  it('queues a delivery for each webhook that asks for it', async () => {
    const other = await insertProblem(database.db, { account: 'other', problem: 'other' });
    const webhook = async (accountId: string, types: string[], all = false): Promise<string> => {
      const id = newId();
      await sql`insert into webhooks (id, account_id, url, secret, event_types, all_submissions)
        values (${id}, ${accountId}, 'https://example.org', 'x', ${types}, ${all})`.execute(
        database.db,
      );
      return id;
    };
    const runs = await webhook(problem.accountId, ['judgement.run']);
    const everything = await webhook(problem.accountId, []);
    const staff = await webhook(other.accountId, ['judgement.finished'], true);
    await webhook(other.accountId, []);

    const one = await insertSubmission(database.db, problem);
    await append(run(one, 1), { ...one, type: 'judgement.finished', data: {} });
    const { rows } = await sql<{ webhook_id: string; type: string; id: string }>`
      select webhook_id, type, webhook_deliveries.id
      from webhook_deliveries join events on events.id = event_id
      where events.submission_id = ${one.submissionId}`.execute(database.db);
    expect(rows.map(({ webhook_id, type }) => [webhook_id, type]).sort()).toEqual(
      [
        [runs, 'judgement.run'],
        [everything, 'judgement.run'],
        [everything, 'judgement.finished'],
        [staff, 'judgement.finished'],
      ].sort(),
    );
    // Version 7, made now: they sort by time as the program's own ids do.
    for (const { id } of rows) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const madeAtMs = parseInt(id.replaceAll('-', '').slice(0, 12), 16);
      expect(Math.abs(madeAtMs - Date.now())).toBeLessThan(600_000);
    }
  });
});
