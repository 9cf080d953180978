import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import type { Verdict } from '../../../src/judging/verdict.js';
import type { Queue } from '../../../src/queue/queue.js';
import { QUEUE } from '../../../src/queue/queue.module.js';
import { createRejudging } from '../../../src/rejudgings/create-rejudging.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

const REJUDGINGS = '/api/v1/rejudgings';

let api: TestApi;
let queue: Queue;
let versions: readonly string[];
let problem: string;

interface Rejudging {
  readonly id: string;
  readonly state: string;
  readonly submissions: number;
  readonly judged: number;
  readonly version: number | null;
  readonly incremental: boolean;
  readonly preview: {
    readonly gains: number;
    readonly loses: number;
    readonly matrix: readonly object[];
  };
}

beforeAll(async () => {
  api = await startApi();
  queue = api.app.get<Queue>(QUEUE);
});

afterAll(async () => {
  await api.close();
});

/** Every test has a problem of its own, with two versions of which the second is published. */
beforeEach(async () => {
  problem = `p-${newId().slice(-12)}`;
  const problemId = newId();
  versions = [newId(), newId()];
  const { db } = api.database;
  await db.insertInto('problems').values({ id: problemId, name: problem }).execute();
  for (const [index, id] of versions.entries()) {
    await db
      .insertInto('problem_versions')
      .values({
        id,
        problem_id: problemId,
        number: index + 1,
        title: problem,
        package_hash: id,
        archive_sha256: '0'.repeat(64),
        archive_bytes: 1,
        summary: '{}',
        notices: '[]',
        cpu_time_limit_ms: 1000,
        created_by: api.adminAccount.id,
      })
      .execute();
  }
  await db
    .updateTable('problems')
    .set({ published_version_id: versions[1] ?? null })
    .where('id', '=', problemId)
    .execute();
});

/** Submissions of the problem that were judged against its first version. */
async function judged(verdicts: readonly (Verdict | null)[]): Promise<readonly string[]> {
  const ids = verdicts.map(() => newId()).sort();
  await sql`
    insert into submissions (id, account_id, submitter, problem_id, version_id, language_id, mode,
      lane, source_bytes)
    select id, ${api.adminAccount.id}, 'alice', problem_id, version_id, 'python3', 'lazy', 'practice', 1
    from unnest(${ids}::uuid[]) as made (id),
      (select id as version_id, problem_id from problem_versions where id = ${versions[0] ?? ''}) as v
  `.execute(api.database.db);
  await sql`
    insert into judgements (id, submission_id, version_id, current, lane, fair_share_key, job_id,
      state, verdict)
    select ${sql.raw('new_id()')}, id, ${versions[0] ?? ''}, true, 'practice', 'alice', new_id(),
      case when verdict is null then 'queued' else 'finished' end, verdict
    from unnest(${ids}::uuid[], ${[...verdicts]}::text[]) as made (id, verdict)
  `.execute(api.database.db);
  return ids;
}

async function create(body: object = {}) {
  return await api.admin.post(REJUDGINGS, {
    reason: 'a test',
    filter: { problem_id: problem },
    ...body,
  });
}

/** Plays the worker: all judgements of a rejudging end with the next of these verdicts. */
async function finish(id: string, verdicts: readonly Verdict[]): Promise<void> {
  const { db } = api.database;
  const rows = await db
    .selectFrom('judgements')
    .select('id')
    .where('rejudging_id', '=', id)
    .orderBy('submission_id')
    .execute();
  for (const [index, row] of rows.entries()) {
    const verdict = verdicts[index % verdicts.length] ?? 'AC';
    await db
      .updateTable('judgements')
      .set({ state: 'finished', verdict })
      .where('id', '=', row.id)
      .execute();
  }
}

async function get(id: string): Promise<Rejudging> {
  return (await api.admin.get(`${REJUDGINGS}/${id}`)).json<Rejudging>();
}

async function currentVerdicts(ids: readonly string[]): Promise<readonly (string | null)[]> {
  const rows = await api.database.db
    .selectFrom('judgements')
    .select(['submission_id', 'verdict'])
    .where('submission_id', 'in', ids)
    .where('current', '=', true)
    .orderBy('submission_id')
    .execute();
  expect(rows.map((row) => row.submission_id)).toEqual([...ids].sort());
  return rows.map(({ verdict }) => verdict);
}

async function replacedEvents(ids: readonly string[]) {
  return await api.database.db
    .selectFrom('events')
    .select(['submission_id', 'data'])
    .where('submission_id', 'in', ids)
    .where('type', '=', 'judgement.replaced')
    .orderBy('submission_id')
    .execute();
}

describe('a rejudging', () => {
  it('judges what fits the filter against the published version, behind everything else', async () => {
    const ids = await judged(['WA', 'AC', 'WA', null]);
    const answer = await create({ filter: { problem_id: problem, verdict: ['WA'] } });
    expect(answer.status).toBe(202);
    const rejudging = answer.json<Rejudging>();
    expect(answer.headers['location']).toBe(`${REJUDGINGS}/${rejudging.id}`);
    expect(rejudging).toMatchObject({
      state: 'computing',
      submissions: 2,
      judged: 0,
      version: 2,
      incremental: true,
    });
    const rows = await api.database.db
      .selectFrom('judgements')
      .select(['submission_id', 'version_id', 'current', 'lane', 'state', 'job_id'])
      .where('rejudging_id', '=', rejudging.id)
      .orderBy('submission_id')
      .execute();
    expect(rows.map((row) => row.submission_id)).toEqual([ids[0], ids[2]]);
    for (const row of rows) {
      expect(row).toMatchObject({
        version_id: versions[1],
        current: false,
        lane: 'rejudge',
        state: 'queued',
      });
      expect(await queue.ahead(row.job_id)).toBeDefined();
    }
    expect(await currentVerdicts(ids)).toEqual(['WA', 'AC', 'WA', null]);
  });

  it('takes each own version where that is asked for, and then takes nothing over', async () => {
    await judged(['WA']);
    const own = (await create({ own_versions: true })).json<Rejudging>();
    expect(own).toMatchObject({ version: null, incremental: false });
    await api.admin.post(`${REJUDGINGS}/${own.id}/cancel`);
    expect((await create({ version: 1 })).json()).toMatchObject({ version: 1, incremental: false });
  });

  it.each([
    [{ filter: {} }, 400],
    [{ filter: undefined }, 400],
    [{ reason: ' ' }, 400],
    [{ version: 99 }, 400],
    [{ version: 1, own_versions: true }, 400],
    [{ filter: { verdict: ['NO'] } }, 400],
    [{ filter: { submission_ids: ['x'] } }, 400],
    [{ filter: { from: 'yesterday' } }, 400],
    [{ filter: { submitter: 'alice' }, version: 1 }, 400],
    [{ filter: { problem_id: 'no-such-problem' } }, 422],
    [{ filter: { submission_ids: [newId()] } }, 409],
  ])('of %j is refused with %i', async (body, status) => {
    await judged(['WA']);
    expect((await create(body)).status).toBe(status);
  });

  it('selects by every part of the filter', async () => {
    const ids = await judged(['WA', 'AC']);
    const sets = [
      { submission_ids: [ids[0]] },
      { problem_id: problem, language_id: 'python3', submitter: 'alice' },
      { problem_id: problem, from: '2020-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' },
    ];
    const counts: number[] = [];
    for (const filter of sets) {
      const rejudging = (await create({ filter })).json<Rejudging>();
      counts.push(rejudging.submissions);
      await api.admin.post(`${REJUDGINGS}/${rejudging.id}/cancel`);
    }
    expect(counts).toEqual([1, 2, 2]);
    for (const filter of [{ to: '2020-01-01T00:00:00Z' }, { language_id: 'cpp20' }]) {
      expect((await create({ filter: { problem_id: problem, ...filter } })).status).toBe(409);
    }
  });

  it('says before it is applied who gains and who loses', async () => {
    const ids = await judged(['WA', 'AC', 'WA', 'AC', 'TLE']);
    const { id } = (await create()).json<Rejudging>();
    await finish(id, ['AC', 'WA', 'TLE', 'AC', 'AC']);
    const ready = await get(id);
    expect(ready).toMatchObject({
      state: 'ready',
      judged: 5,
      preview: {
        gains: 2,
        loses: 1,
        changes: 1,
        unchanged: 1,
        errors: 0,
        matrix: [
          { from: 'AC', to: 'AC', count: 1 },
          { from: 'AC', to: 'WA', count: 1 },
          { from: 'TLE', to: 'AC', count: 1 },
          { from: 'WA', to: 'AC', count: 1 },
          { from: 'WA', to: 'TLE', count: 1 },
        ],
      },
    });
    const changes = await api.admin.all<{ submission_id: string; effect: string }>(
      `${REJUDGINGS}/${id}/changes?limit=1`,
    );
    expect(changes.map((each) => [each.submission_id, each.effect])).toEqual([
      [ids[4], 'gains'],
      [ids[2], 'changes'],
      [ids[1], 'loses'],
      [ids[0], 'gains'],
    ]);
    const loses = await api.admin.all<object>(`${REJUDGINGS}/${id}/changes?effect=loses`);
    expect(loses).toMatchObject([
      { submission_id: ids[1], from: 'AC', to: 'WA', submitter: 'alice' },
    ]);
    expect(await currentVerdicts(ids)).toEqual(['WA', 'AC', 'WA', 'AC', 'TLE']);
  });

  it('once applied counts, tells of what changed, and can be applied again without effect', async () => {
    const ids = await judged(['WA', 'AC', 'AC']);
    const { id } = (await create()).json<Rejudging>();
    expect((await api.admin.post(`${REJUDGINGS}/${id}/apply`)).status).toBe(409);
    await finish(id, ['AC', 'WA', 'AC']);
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.admin.post(`${REJUDGINGS}/${id}/apply`, {})),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await get(id)).toMatchObject({ state: 'applied', preview: { gains: 1, loses: 1 } });
    expect(await currentVerdicts(ids)).toEqual(['AC', 'WA', 'AC']);
    const events = await replacedEvents(ids);
    expect(events).toMatchObject([
      {
        submission_id: ids[0],
        data: { judgement_type_id: 'AC', previous_judgement_type_id: 'WA' },
      },
      { submission_id: ids[1], data: { judgement_type_id: 'WA' } },
    ]);
    const all = await api.database.db
      .selectFrom('judgements')
      .select('id')
      .where('submission_id', 'in', ids)
      .execute();
    expect(all).toHaveLength(6);
    expect((await api.admin.post(`${REJUDGINGS}/${id}/cancel`)).status).toBe(409);
  });

  it('with judging errors is refused, or leaves those submissions as they are', async () => {
    const ids = await judged(['WA', 'AC']);
    const { id } = (await create()).json<Rejudging>();
    await finish(id, ['AC', 'JE']);
    const refused = await api.admin.post(`${REJUDGINGS}/${id}/apply`, {});
    expect(refused.status).toBe(409);
    expect(refused.json()['detail']).toContain('1 of 2 judgements are judging errors');
    expect(await currentVerdicts(ids)).toEqual(['WA', 'AC']);
    await api.admin.post(`${REJUDGINGS}/${id}/apply`, { keep_old_on_error: true });
    expect(await currentVerdicts(ids)).toEqual(['AC', 'AC']);
  });

  it('once cancelled has nothing in the queue, and has changed nothing', async () => {
    const ids = await judged(['WA', 'AC', 'AC']);
    const { id } = (await create()).json<Rejudging>();
    const { db } = api.database;
    const jobs = await db
      .selectFrom('judgements')
      .select('job_id')
      .where('rejudging_id', '=', id)
      .execute();
    for (let times = 0; times < 2; times += 1) {
      expect((await api.admin.post(`${REJUDGINGS}/${id}/cancel`)).json()).toMatchObject({
        state: 'cancelled',
        judged: 0,
      });
    }
    for (const { job_id } of jobs) expect(await queue.ahead(job_id)).toBeUndefined();
    expect((await api.admin.post(`${REJUDGINGS}/${id}/apply`, {})).status).toBe(409);
    expect(await currentVerdicts(ids)).toEqual(['WA', 'AC', 'AC']);
    expect(await replacedEvents(ids)).toEqual([]);
  });

  it('is refused while another one holds one of its submissions, also when both come at once', async () => {
    await judged(['WA', 'AC']);
    const answers = await Promise.all([1, 2, 3, 4].map(() => create()));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    const { id } = answers.find(({ status }) => status === 202)!.json<Rejudging>();
    expect(refused?.json()['detail']).toContain(id);
    await finish(id, ['AC']);
    await api.admin.post(`${REJUDGINGS}/${id}/apply`, {});
    expect((await create()).status).toBe(202);
  });

  it('is in nobody’s way while it is made', async () => {
    const ids = await judged(Array.from({ length: 2500 }, () => 'WA' as const));
    const { db } = api.database;
    let batches = 0;
    const slow = new Proxy(queue, {
      get: (target, name) =>
        name === 'enqueueAll'
          ? async (...given: Parameters<Queue['enqueueAll']>) => {
              const made = await target.enqueueAll(...given);
              batches += 1;
              // Submitting, and an event of a submission that is in the set.
              expect(await judged(['AC'])).toHaveLength(1);
              await db
                .updateTable('submissions')
                .set({ last_event: 0 })
                .where('id', '=', ids[0] ?? '')
                .execute();
              return made;
            }
          : (Reflect.get(target, name) as unknown),
    });
    const id = await createRejudging(db, slow, {
      reason: 'a test',
      filter: { problemId: problem },
      version: undefined,
      incremental: undefined,
      accountId: api.adminAccount.id,
    });
    expect(batches).toBe(3);
    expect(await get(id)).toMatchObject({ submissions: 2500, state: 'computing' });
  });

  it('of ten thousand submissions is queued in seconds, and applied at once', async () => {
    const ids = await judged(Array.from({ length: 10_000 }, () => 'WA' as const));
    const startedMs = Date.now();
    const answer = await create();
    expect(answer.json()).toMatchObject({ submissions: 10_000 });
    expect(Date.now() - startedMs).toBeLessThan(60_000);
    const { id } = answer.json<Rejudging>();
    await api.database.db
      .updateTable('judgements')
      .set({ state: 'finished', verdict: 'AC' })
      .where('rejudging_id', '=', id)
      .execute();
    const applied = await api.admin.post(`${REJUDGINGS}/${id}/apply`, {});
    expect(applied.json()).toMatchObject({ state: 'applied', preview: { gains: 10_000 } });
    const { count } = await api.database.db
      .selectFrom('events')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('submission_id', 'in', ids.slice(0, 1000))
      .executeTakeFirstOrThrow();
    expect(count).toBe(1000);
  });

  it('is kept in the list, newest first', async () => {
    await judged(['WA']);
    const { id } = (await create()).json<Rejudging>();
    const all = await api.admin.all<Rejudging>(`${REJUDGINGS}?limit=2`);
    expect(all[0]?.id).toBe(id);
    expect(all.map((each) => each.id)).toEqual(
      all
        .map((each) => each.id)
        .toSorted()
        .reverse(),
    );
    expect((await api.admin.get(`${REJUDGINGS}/${newId()}`)).status).toBe(404);
    expect((await api.admin.get(`${REJUDGINGS}/nonsense`)).status).toBe(404);
  });
});
