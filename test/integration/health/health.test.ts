import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { startDatabaseProxy, type DatabaseProxy } from '../../fixtures/database-proxy.js';

describe('health', () => {
  let api: TestApi;
  let proxy: DatabaseProxy;
  beforeAll(async () => {
    api = await startApi({
      databaseUrl: async (url) => {
        proxy = await startDatabaseProxy(url);
        return proxy.url;
      },
    });
  });
  afterAll(async () => {
    await proxy.set('pass');
    await api.close();
    await proxy.close();
  });

  const ready = async () => {
    const { status, headers, text } = await api.anonymous.get('/readyz');
    return { status, retryAfter: headers['retry-after'], text };
  };
  const alive = async () => (await api.anonymous.get('/healthz')).status;

  it('is ready once the tables are there', async () => {
    expect(await ready()).toMatchObject({ status: 200 });
    await sql`alter table kysely_migration rename to hidden`.execute(api.database.db);
    expect(await ready()).toMatchObject({ status: 503, retryAfter: '2' });
    await sql`alter table hidden rename to kysely_migration`.execute(api.database.db);
    expect(await ready()).toMatchObject({ status: 200 });
  });

  it('is alive, and says soon that it is not ready, while the network to the database is gone', async () => {
    await proxy.set('silent');
    const startedAtMs = performance.now();
    const answers = await Promise.all([ready(), ready(), ready()]);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, retryAfter: '2' });
      expect(answer.text).toContain('database-unavailable');
    }
    expect(await alive()).toBe(200);
    await proxy.set('pass');
    await expect.poll(ready, { timeout: 60_000 }).toMatchObject({ status: 200 });
  });

  it('says so while the database takes no connections, and comes back', async () => {
    await proxy.set('refuse');
    proxy.cut();
    await expect.poll(ready, { timeout: 60_000 }).toMatchObject({ status: 503 });
    expect(await alive()).toBe(200);
    await proxy.set('pass');
    await expect.poll(ready, { timeout: 60_000 }).toMatchObject({ status: 200 });
  });

  it('says from the first moment on that it stops', async () => {
    const other = await startApi();
    await other.listen();
    const url = await other.app.getUrl();
    const closing = other.close();
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer !== undefined) expect(answer.status).toBe(503);
    await closing;
  });
});
