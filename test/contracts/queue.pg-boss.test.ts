import { afterAll, beforeAll, beforeEach } from 'vitest';
import { sql } from 'kysely';
import { Listener } from '../../src/database/listener.js';
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
