import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Listener } from '../../../src/database/listener.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';

const SOON = { timeout: 60_000 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let listener: Listener;
afterEach(() => listener.close());

/** Subscribes, and keeps what was heard. */
function hear(channel: string) {
  const heard = { payloads: [] as string[], gaps: 0 };
  const end = listener.subscribe({
    channel,
    onNotification: (payload) => heard.payloads.push(payload),
    onGap: () => (heard.gaps += 1),
  });
  return Object.assign(heard, { end });
}

const notify = (channel: string, payload: string) =>
  sql`select pg_notify(${channel}, ${payload})`.execute(database.db);

describe('Listener', () => {
  it('tells each subscription what its channel says, once it listens', async () => {
    listener = new Listener({ url: database.url });
    const first = hear('minos_a');
    const second = hear('minos_b');
    await expect.poll(() => [first.gaps, second.gaps], SOON).toEqual([1, 1]);
    await notify('minos_a', 'one');
    await notify('minos_b', 'two');
    await expect.poll(() => second.payloads, SOON).toEqual(['two']);
    expect(first.payloads).toEqual(['one']);
    const late = hear('minos_c');
    await expect.poll(() => late.gaps, SOON).toBe(1);
    first.end();
    await notify('minos_a', 'three');
    await notify('minos_c', 'four');
    await expect.poll(() => late.payloads, SOON).toEqual(['four']);
    expect(first.payloads).toEqual(['one']);
  });

  it('listens again when the connection breaks, and says that something may have been missed', async () => {
    const errors: Error[] = [];
    listener = new Listener({ url: database.url, onError: (error) => errors.push(error) });
    const heard = hear('minos_a');
    await expect.poll(() => heard.gaps, SOON).toBe(1);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'minos listener' and datname = current_database()`.execute(
      database.db,
    );
    await expect.poll(() => heard.gaps, SOON).toBe(2);
    expect(errors).toHaveLength(1);
    await notify('minos_a', 'again');
    await expect.poll(() => heard.payloads, SOON).toEqual(['again']);
  });

  it('keeps trying while there is no database', async () => {
    let errors = 0;
    listener = new Listener({
      url: 'postgresql://minos@127.0.0.1:1/minos',
      onError: () => (errors += 1),
    });
    const heard = hear('minos_a');
    await expect.poll(() => errors, SOON).toBeGreaterThan(2);
    expect(heard.gaps).toBe(0);
  });
});
