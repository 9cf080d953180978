import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import { disablePart } from '../../../src/operations/disabled-parts.js';
import { raiseAlert } from '../../../src/operations/alerts.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

interface Worker {
  readonly id: string;
  readonly state: string;
  readonly alive: boolean;
  readonly toolchains: object;
}

async function insertWorker(state: 'active' | 'stopped' = 'active'): Promise<string> {
  const id = newId();
  await api.database.db
    .insertInto('workers')
    .values({
      id,
      name: `machine-${id.slice(-4)}`,
      state,
      state_reason: null,
      slots: 3,
      facts: JSON.stringify({ cores: 4 }),
      toolchains: JSON.stringify({ python: { state: 'ready', digest: 'sha256:1' } }),
    })
    .execute();
  return id;
}

describe('operations', () => {
  it('show each lane of the queue, in the order of serving, and the slots of live workers', async () => {
    await insertWorker();
    const answer = await api.admin.get('/api/v1/queue');
    expect(answer.status).toBe(200);
    const { lanes, slots } = answer.json<{ lanes: readonly { lane: string }[]; slots: number }>();
    expect(lanes.map(({ lane }) => lane)).toEqual([
      'contest',
      'custom',
      'practice',
      'verification',
      'rejudge',
    ]);
    expect(slots).toBeGreaterThanOrEqual(3);
  });

  it('pause a worker with a reason, and let it go on', async () => {
    const id = await insertWorker();
    const paused = await api.admin.patch(`/api/v1/workers/${id}`, {
      state: 'paused',
      reason: 'kernel update',
    });
    expect(paused.json<Worker>()).toMatchObject({ state: 'paused', state_reason: 'kernel update' });
    const listed = await api.admin.get('/api/v1/workers');
    const { data } = listed.json<{ data: readonly Worker[] }>();
    expect(data.find((worker) => worker.id === id)).toMatchObject({ alive: true, state: 'paused' });
    const active = await api.admin.patch(`/api/v1/workers/${id}`, { state: 'active' });
    expect(active.json<Worker>().state).toBe('active');
  });

  it('refuse a state that only the worker may say of itself, and one of a stopped worker', async () => {
    const id = await insertWorker();
    expect((await api.admin.patch(`/api/v1/workers/${id}`, { state: 'stopped' })).status).toBe(400);
    const stopped = await insertWorker('stopped');
    expect((await api.admin.patch(`/api/v1/workers/${stopped}`, { state: 'active' })).status).toBe(
      409,
    );
    expect((await api.admin.get(`/api/v1/workers/${newId()}`)).status).toBe(404);
  });

  it('say of a language whether it is ready, being prepared or switched off', async () => {
    await insertWorker();
    const statusOf = async (id: string) =>
      (await api.admin.get(`/api/v1/languages/${id}`)).json<{ status: string }>().status;
    expect(await statusOf('python3')).toBe('ready');
    expect(await statusOf('java')).toBe('preparing');
    await disablePart(api.database.db, { kind: 'language', part: 'java' }, 'no mirror answers');
    expect(await statusOf('java')).toBe('disabled');
    const enabled = await api.admin.delete('/api/v1/disabled-parts/language/java');
    expect(enabled.status).toBe(204);
    expect(await statusOf('java')).toBe('preparing');
    expect((await api.admin.delete('/api/v1/disabled-parts/language/java')).status).toBe(404);
  });

  it('switch off a problem by hand, with a reason that everybody of the staff sees', async () => {
    const part = { kind: 'problem', part: 'hello', reason: 'its answers are wrong' };
    expect((await api.admin.post('/api/v1/disabled-parts', part)).status).toBe(201);
    const listed = await api.admin.get('/api/v1/disabled-parts');
    expect(listed.json<{ data: readonly object[] }>().data).toContainEqual(
      expect.objectContaining(part),
    );
  });

  it('list alerts until they are resolved, each once', async () => {
    const alert = { kind: 'judging-error', subject: 'x', message: 'look here', details: {} };
    for (let times = 0; times < 2; times += 1) {
      await api.database.db.transaction().execute((tx) => raiseAlert(tx, alert));
    }
    const open = async () =>
      (await api.admin.get('/api/v1/alerts'))
        .json<{ data: readonly { id: string; message: string }[] }>()
        .data.filter(({ message }) => message === 'look here');
    const [found, ...others] = await open();
    expect(others).toEqual([]);
    expect((await api.admin.post(`/api/v1/alerts/${found!.id}/resolve`)).status).toBe(200);
    expect(await open()).toEqual([]);
    const all = await api.admin.get('/api/v1/alerts?state=all');
    expect(all.text).toContain('look here');
  });
});
