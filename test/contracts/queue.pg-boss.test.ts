import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sql } from 'kysely';
import { Listener } from '../../src/database/listener.js';
import { newId } from '../../src/database/new-id.js';
import { PgBossQueue } from '../../src/queue/pg-boss-queue.js';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.js';
import { queueContract } from './queue.contract.js';

let database: TestDatabase;
let listener: Listener;

beforeAll(async () => {
  database = await createTestDatabase();
  listener = new Listener({ url: database.url });
});
afterAll(async () => {
  await listener.close();
  await database.drop();
});
beforeEach(async () => {
  await sql`delete from pgboss.job`.execute(database.db);
});

queueContract('pg-boss', async () => ({
  queue: new PgBossQueue(database.db, listener),
  transaction: (work) => database.db.transaction().execute(work),
  lapse: async ({ jobId }) => {
    await sql`
      update pgboss.job set heartbeat_on = now() - interval '1 hour' where id = ${jobId}
    `.execute(database.db);
  },
}));

it('counts no attempt of which its worker never heard, as the connection broke', async () => {
  const queue = new PgBossQueue(database.db, listener);
  const { db } = database;
  await db
    .transaction()
    .execute((tx) =>
      queue.enqueue(tx, { kind: 'judgement', id: newId(), lane: 'practice', pending: 0 }),
    );
  for (let time = 0; time < 5; time += 1) {
    const claimed = await queue.claim();
    expect(claimed?.lease.attempt).toBe(1);
    await sql`
      update pgboss.job set heartbeat_on = heartbeat_on - interval '1 hour',
        started_on = started_on - interval '1 hour'`.execute(db);
    await queue.expire();
    // Should it have heard of it after all.
    await queue.giveBack(claimed!.lease);
  }
});
