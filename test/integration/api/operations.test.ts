import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Listener } from '../../../src/database/listener.js';
import { newId } from '../../../src/database/new-id.js';
import { CONTROL_CHANNEL } from '../../../src/events/control-channel.js';
import { raiseAlert } from '../../../src/operations/alerts.js';
import { disablePart, findDisabled, parkJob } from '../../../src/operations/disabled-parts.js';
import type { Lease, Queue } from '../../../src/queue/queue.js';
import { QUEUE } from '../../../src/queue/queue.module.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { insertProblem, insertSubmission } from '../../fixtures/submission-rows.js';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

interface Worker {
  readonly id: string;
  readonly state: string;
  readonly alive: boolean;
  readonly judging: number;
  readonly toolchains: object;
}

interface LaneAnswer {
  readonly lane: string;
  readonly waiting: number;
  readonly active: number;
  readonly parked: number;
  readonly oldest_waiting_ms: number;
  readonly estimated_wait_ms: number | null;
}

interface QueueAnswer {
  readonly lanes: readonly LaneAnswer[];
  readonly slots: number;
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

async function getQueue(): Promise<QueueAnswer> {
  return (await api.admin.get('/api/v1/queue')).json<QueueAnswer>();
}

async function laneOf(name: string): Promise<LaneAnswer | undefined> {
  return (await getQueue()).lanes.find(({ lane }) => lane === name);
}

function queue(): Queue {
  return api.app.get<Queue>(QUEUE);
}

async function enqueue(lane: 'contest' | 'practice'): Promise<void> {
  await api.database.db
    .transaction()
    .execute((tx) => queue().enqueue(tx, { kind: 'judgement', id: newId(), lane, pending: 0 }));
}

/** The next job, whichever it is. */
async function claim(): Promise<Lease> {
  const claimed = await queue().claim();
  if (claimed?.kind !== 'job') throw new Error('no job waits');
  return claimed.lease;
}

async function complete(lease: Lease): Promise<void> {
  await api.database.db.transaction().execute((tx) => queue().complete(lease, tx));
}

/** What was done to a thing, and by whom, in order. */
async function auditOf(object: string) {
  return await api.database.db
    .selectFrom('audit_entries')
    .select(['actor', 'action', 'details'])
    .where('object', '=', object)
    .orderBy('id')
    .execute();
}

describe('operations', () => {
  it('show each lane of the queue, in the order of serving, and the slots of live workers', async () => {
    await insertWorker();
    const { lanes, slots } = await getQueue();
    expect(lanes.map(({ lane }) => lane)).toEqual([
      'contest',
      'custom',
      'practice',
      'verification',
      'rejudge',
    ]);
    expect(slots).toBeGreaterThanOrEqual(3);
  });

  it('count what waits and is worked on, and estimate the wait behind all lanes before', async () => {
    const worker = await insertWorker();
    await enqueue('contest');
    await enqueue('practice');
    expect(await laneOf('contest')).toMatchObject({ waiting: 1, estimated_wait_ms: null });
    const rows = await insertProblem(api.database.db, { problem: 'timed' });
    const { judgementId } = await insertSubmission(api.database.db, rows);
    await sql`
      update judgements set state = 'finished', verdict = 'AC', worker_id = ${worker},
        started_at = now() - interval '8 s', finished_at = now()
      where id = ${judgementId}`.execute(api.database.db);
    const { lanes, slots } = await getQueue();
    const waits = lanes.map(({ estimated_wait_ms: waitMs }) => waitMs);
    // One in front for contest and custom, two for the lanes behind practice.
    expect(waits).toEqual(
      [1.5, 1.5, 2.5, 2.5, 2.5].map((ahead) => Math.round((ahead / slots) * 8000)),
    );
    expect(lanes[0]!.oldest_waiting_ms).toBeGreaterThanOrEqual(0);
    const first = await claim();
    expect(first.lane).toBe('contest');
    expect(await laneOf('contest')).toMatchObject({ waiting: 0, active: 1, oldest_waiting_ms: 0 });
    await complete(first);
    await complete(await claim());
    expect(await laneOf('practice')).toMatchObject({ waiting: 0, active: 0 });
  });

  it('count no slots of workers that are paused, or silent', async () => {
    const { slots } = await getQueue();
    const [paused, silent] = [await insertWorker(), await insertWorker()];
    expect((await getQueue()).slots).toBe(slots + 6);
    await api.admin.patch(`/api/v1/workers/${paused}`, { state: 'paused' });
    await sql`update workers set heartbeat_at = now() - interval '21 s' where id = ${silent}`.execute(
      api.database.db,
    );
    expect((await getQueue()).slots).toBe(slots);
    const stateOf = async (id: string) =>
      (await api.admin.get(`/api/v1/workers/${id}`)).json<Worker>();
    expect(await stateOf(paused)).toMatchObject({ alive: true, state: 'paused' });
    expect(await stateOf(silent)).toMatchObject({ alive: false, state: 'active' });
  });

  it('show how many judgements a worker has, its facts and its toolchains', async () => {
    const id = await insertWorker();
    const rows = await insertProblem(api.database.db, { account: 'busy', problem: 'busy' });
    for (const state of ['judging', 'queued']) {
      const { judgementId } = await insertSubmission(api.database.db, rows);
      await sql`
        update judgements set state = ${state}, worker_id = ${id} where id = ${judgementId}`.execute(
        api.database.db,
      );
    }
    expect((await api.admin.get(`/api/v1/workers/${id}`)).json<Worker>()).toMatchObject({
      judging: 1,
      facts: { cores: 4 },
      toolchains: { python: { state: 'ready', digest: 'sha256:1' } },
    });
  });

  it('tell a worker at once what is asked of it, and write down who asked', async () => {
    const id = await insertWorker();
    const topics: string[] = [];
    const listener = new Listener({ url: api.database.url });
    try {
      const listening = Promise.withResolvers<undefined>();
      listener.subscribe({
        channel: CONTROL_CHANNEL,
        onNotification: (topic) => topics.push(topic),
        onGap: () => listening.resolve(undefined),
      });
      await listening.promise;
      await api.admin.patch(`/api/v1/workers/${id}`, { state: 'draining', reason: 'moves house' });
      await vi.waitFor(() => expect(topics).toContain(`worker:${id}`), 60_000);
    } finally {
      await listener.close();
    }
    expect(await auditOf(id)).toEqual([
      {
        actor: api.adminAccount.id,
        action: 'worker.change',
        details: { before: 'active', state: 'draining', reason: 'moves house' },
      },
    ]);
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

  it('take no worker that is paused, drained or switched off for one that has a language', async () => {
    const statusOf = async () =>
      (await api.admin.get('/api/v1/languages/go')).json<{ status: string }>().status;
    const id = await insertWorker();
    await sql`update workers set toolchains = '{"go": {"state": "ready"}}' where id = ${id}`.execute(
      api.database.db,
    );
    expect(await statusOf()).toBe('ready');
    for (const state of ['paused', 'draining', 'disabled', 'stopped']) {
      await sql`update workers set state = ${state} where id = ${id}`.execute(api.database.db);
      expect([state, await statusOf()]).toEqual([state, 'preparing']);
    }
    await sql`update workers set state = 'active', heartbeat_at = now() - interval '21 s'
      where id = ${id}`.execute(api.database.db);
    expect(await statusOf()).toBe('preparing');
  });

  it('switch off nothing that there is not, and a language by its alias', async () => {
    const disable = async (kind: string, part: string) =>
      await api.admin.post('/api/v1/disabled-parts', { kind, part, reason: 'a slip of the pen' });
    const language = await disable('language', 'jaba');
    expect(language).toMatchObject({ status: 422 });
    expect(language.json()).toMatchObject({ code: 'unknown-language' });
    const problem = await disable('problem', 'helo');
    expect(problem.json()).toMatchObject({
      status: 422,
      code: 'unknown-problem',
      detail: 'there is no problem "helo"',
    });
    for (const kind of ['worker', 'validator', 'Language', '']) {
      expect((await disable(kind, 'java')).status).toBe(400);
    }
    const alias = await disable('language', 'Golang');
    expect(alias.json()).toMatchObject({ kind: 'language', part: 'go' });
    expect((await api.admin.delete('/api/v1/disabled-parts/language/go')).status).toBe(204);
  });

  it('resolve the alert of a part that is enabled again, and raise another the next time', async () => {
    await insertProblem(api.database.db, { account: 'off', problem: 'on-and-off' });
    const open = async () =>
      (await api.admin.all<{ id: string; message: string }>('/api/v1/alerts')).filter(
        ({ message }) => message.includes('on-and-off'),
      );
    const ids: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const part = { kind: 'problem', part: 'on-and-off', reason: 'wrong limits' };
      await api.admin.post('/api/v1/disabled-parts', part);
      const [alert, ...others] = await open();
      expect(others).toEqual([]);
      ids.push(alert!.id);
      await api.admin.delete('/api/v1/disabled-parts/problem/on-and-off');
      expect(await open()).toEqual([]);
      expect(await auditOf(alert!.id)).toMatchObject([
        { actor: api.adminAccount.id, action: 'alert.resolve' },
      ]);
    }
    expect(new Set(ids).size).toBe(2);
  });

  it('switch off a problem by hand, with a reason that everybody of the staff sees', async () => {
    await insertProblem(api.database.db, { account: 'hello', problem: 'hello' });
    const part = { kind: 'problem', part: 'hello', reason: 'its answers are wrong' };
    expect((await api.admin.post('/api/v1/disabled-parts', part)).status).toBe(201);
    const listed = await api.admin.get('/api/v1/disabled-parts');
    expect(listed.json<{ data: readonly object[] }>().data).toContainEqual(
      expect.objectContaining(part),
    );
  });

  it('let jobs that were put aside for a part go on when it is enabled', async () => {
    const part = { kind: 'problem', part: 'parked' } as const;
    await insertProblem(api.database.db, { account: 'parked', problem: part.part });
    await api.admin.post('/api/v1/disabled-parts', { ...part, reason: 'wrong limits' });
    expect(await findDisabled(api.database.db, [part])).toEqual(part);
    await enqueue('practice');
    const lease = await claim();
    await api.database.db.transaction().execute((tx) => parkJob(tx, queue(), lease, part));
    expect(await laneOf('practice')).toMatchObject({ waiting: 0, active: 0, parked: 1 });
    expect((await api.admin.delete('/api/v1/disabled-parts/problem/parked')).status).toBe(204);
    expect(await findDisabled(api.database.db, [part])).toBeUndefined();
    expect(await laneOf('practice')).toMatchObject({ waiting: 1, parked: 0 });
    const again = await claim();
    expect(again).toMatchObject({ jobId: lease.jobId });
    await complete(again);
  });

  it('write down who switches a part off and on, and nothing of what changes nothing', async () => {
    const part = { kind: 'problem', part: 'a+b' };
    await insertProblem(api.database.db, { account: 'sums', problem: part.part });
    const off = await api.admin.post('/api/v1/disabled-parts', { ...part, reason: 'first' });
    const again = await api.admin.post('/api/v1/disabled-parts', { ...part, reason: 'second' });
    expect(again.json()).toEqual(off.json());
    const path = '/api/v1/disabled-parts/problem/a%2Bb';
    expect((await api.admin.delete(path)).status).toBe(204);
    expect((await api.admin.delete(path)).status).toBe(404);
    const actor = api.adminAccount.id;
    expect(await auditOf('problem:a+b')).toEqual([
      { actor, action: 'disabled-part.add', details: { reason: 'first' } },
      { actor, action: 'disabled-part.remove', details: {} },
    ]);
  });

  it('raise an alert once, however many come upon the fault together', async () => {
    const alert = { kind: 'judging-error', subject: 'crowd', message: 'a crowd', details: {} };
    const { db } = api.database;
    await Promise.all(
      Array.from({ length: 8 }, () => db.transaction().execute((tx) => raiseAlert(tx, alert))),
    );
    const rows = await db
      .selectFrom('alerts')
      .select('id')
      .where('message', '=', alert.message)
      .execute();
    expect(rows).toHaveLength(1);
  });

  it('keep when, and by whom, an alert was resolved first', async () => {
    const alert = { kind: 'judging-error', subject: 'twice', message: 'twice', details: {} };
    const { db } = api.database;
    await db.transaction().execute((tx) => raiseAlert(tx, alert));
    const { id } = await db
      .selectFrom('alerts')
      .select('id')
      .where('message', '=', alert.message)
      .executeTakeFirstOrThrow();
    const resolve = async () => await api.admin.post(`/api/v1/alerts/${id}/resolve`);
    const first = await resolve();
    expect((await resolve()).json()).toEqual(first.json());
    expect(await auditOf(id)).toMatchObject([
      { actor: api.adminAccount.id, action: 'alert.resolve' },
    ]);
    expect((await api.admin.post(`/api/v1/alerts/${newId()}/resolve`)).status).toBe(404);
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
