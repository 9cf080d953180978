import { connect, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import { appendEvents } from '../../../src/events/append-events.js';
import { EventStreams } from '../../../src/events/event-streams.js';
import { forgetKeys } from '../../../src/submissions/forget-keys.js';
import { startApi, type TestAccount, type TestApi } from '../../fixtures/api/start-api.js';
import { COMPILED, finishedOf, runOf, STARTED, storeEvent } from '../../fixtures/judging-rows.js';
import {
  insertJudgement,
  insertProblem,
  type ProblemRows,
  type SubmissionRows,
} from '../../fixtures/submission-rows.js';

const SUBMISSIONS = '/api/v1/submissions';
const JUDGEMENTS = '/api/v1/judgements';
const HELLO = { problem_id: 'hello', language_id: 'python3', source: 'print("SOURCE-OF-ALICE")' };
const SECRET = 'CANARY';

let api: TestApi;
let problem: ProblemRows;
let alice: TestAccount;
let bob: TestAccount;
/** Judged, with all that an owner must not see. */
let judged: SubmissionRows;

beforeAll(async () => {
  api = await startApi();
  problem = await insertProblem(api.database.db, { account: 'author' });
  const scopes = ['submissions:write', 'submissions:read'] as const;
  alice = await api.account({ name: 'alice', scopes });
  bob = await api.account({ name: 'bob', scopes });
  judged = await submit();
  await store(
    judged,
    STARTED,
    { ...COMPILED, log: SECRET } as typeof COMPILED,
    runOf({ ordinal: 1 }),
    runOf({
      ordinal: 2,
      testCase: `secret/${SECRET}`,
      visibility: 'secret',
      verdict: 'MLE',
      rule: 'memory',
      reason: 'killed at 256 MiB',
      feedback: { judgeMessage: SECRET, teamMessage: 'use less' },
    }),
    finishedOf({ verdict: 'MLE', testCase: `secret/${SECRET}`, reason: 'killed at 256 MiB' }),
  );
});
afterAll(() => api.close());

async function submit(body: object = HELLO, account = alice): Promise<SubmissionRows> {
  const answer = await account.client.post(SUBMISSIONS, body);
  expect(answer.status).toBe(201);
  const { id, judgement } = answer.json<{ id: string; judgement: { id: string } }>();
  return { submissionId: id, judgementId: judgement.id };
}

async function store(of: SubmissionRows, ...events: Parameters<typeof storeEvent>[2][]) {
  for (const event of events) await storeEvent(api.database.db, of, event);
}

const pathsOf = ({ submissionId, judgementId }: SubmissionRows): readonly string[] => [
  `${SUBMISSIONS}/${submissionId}`,
  `${SUBMISSIONS}/${submissionId}?view=icpc`,
  `${SUBMISSIONS}/${submissionId}/files`,
  `${SUBMISSIONS}/${submissionId}/judgements`,
  `${JUDGEMENTS}/${judgementId}`,
  `${JUDGEMENTS}/${judgementId}/runs`,
];

describe('a submission', () => {
  it('is shown to its owner without anything secret, wherever it is shown', async () => {
    for (const path of [...pathsOf(judged), SUBMISSIONS, `${SUBMISSIONS}?verdict=MLE`]) {
      const answer = await alice.client.get(path);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(SECRET);
    }
    const events = await alice.client.get(`${SUBMISSIONS}/${judged.submissionId}/events`);
    expect(events.text).toContain('judgement.finished');
    expect(events.text).not.toContain(SECRET);
  });

  it('is shown to staff with what is for staff', async () => {
    const answer = await api.admin.get(`${JUDGEMENTS}/${judged.judgementId}`);
    expect(answer.json()).toMatchObject({
      test_case: `secret/${SECRET}`,
      compilation: { log: SECRET },
      rejudging_id: null,
    });
    const runs = await api.admin.get(`${JUDGEMENTS}/${judged.judgementId}/runs`);
    expect(runs.json<{ data: object[] }>().data[1]).toMatchObject({
      test_case: `secret/${SECRET}`,
      judge_message: SECRET,
    });
  });

  it('of somebody else is not there', async () => {
    for (const path of [...pathsOf(judged), `${SUBMISSIONS}/${judged.submissionId}/events`]) {
      const answer = await bob.client.get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.text).not.toContain('SOURCE-OF-ALICE');
    }
    const list = await bob.client.get(`${SUBMISSIONS}?account_id=${alice.id}&submitter=alice`);
    expect(list.json()).toEqual({ data: [] });
  });

  it.each(['nothing', newId(), newId().toUpperCase(), "1' or '1'='1"])(
    'with the id %j is not there',
    async (id) => {
      for (const path of pathsOf({ submissionId: id, judgementId: id })) {
        expect((await alice.client.get(path)).status).toBe(404);
      }
    },
  );

  it('keeps odd names as the data they are', async () => {
    const submitter = `<script>alert(1)</script>"'&\u202ftéam 日本`;
    const { submissionId } = await submit({ ...HELLO, submitter });
    const answer = await alice.client.get(`${SUBMISSIONS}/${submissionId}`);
    expect(answer.json<{ submitter: string }>().submitter).toBe(submitter);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const query = `?submitter=${encodeURIComponent(submitter)}`;
    expect(
      (await alice.client.get(`${SUBMISSIONS}${query}`)).json<{ data: [] }>().data,
    ).toHaveLength(1);
  });

  it('is not sent again to who has it already', async () => {
    const path = `${SUBMISSIONS}/${judged.submissionId}`;
    const { headers } = await alice.client.get(path);
    const again = await alice.client.get(path, { 'if-none-match': headers['etag'] ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('tells how many go first, and how long they may take when somebody judges', async () => {
    await sql`insert into workers (id, name, slots, facts, toolchains)
      values (new_id(), 'w', 2, '{}', '{}')`.execute(api.database.db);
    const first = await submit(HELLO, bob);
    const answer = await bob.client.get(`${SUBMISSIONS}/${first.submissionId}`);
    const { queue } = answer.json<{ queue: { ahead: number; estimated_wait_ms: number | null } }>();
    expect(queue.ahead).toBeGreaterThanOrEqual(0);
    // Who asked before may have been told, for some seconds, that nobody judges.
    expect([null, 'number']).toContain(
      queue.estimated_wait_ms === null ? null : typeof queue.estimated_wait_ms,
    );
  });
});

describe('the strict ICPC view', () => {
  it('is had by asking for it', async () => {
    const submission = await alice.client.get(`${SUBMISSIONS}/${judged.submissionId}?view=icpc`);
    expect(submission.json()).toMatchObject({
      judgement: { judgement_type_id: 'RTE', reason: null },
    });
    const runs = await alice.client.get(`${JUDGEMENTS}/${judged.judgementId}/runs?view=icpc`);
    expect(runs.text).not.toContain('MLE');
    expect((await alice.client.get(`${SUBMISSIONS}?view=strict`)).status).toBe(400);
  });
});

describe('the list of submissions', () => {
  it('comes in pages, newest first, each once', async () => {
    const mine = await api.account({ scopes: ['submissions:write', 'submissions:read'] });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push((await submit(HELLO, mine)).submissionId);
    }
    const all = await mine.client.all<{ id: string }>(`${SUBMISSIONS}?limit=2`);
    expect(all.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const sorted = all.map(({ id }) => id);
    expect(sorted).toEqual([...sorted].sort().reverse());
  });

  it('is filtered by what is asked for', async () => {
    const { submissionId } = await submit({ ...HELLO, language_id: 'c', submitter: 'filtered' });
    const ids = async (query: string): Promise<string[]> =>
      (await api.admin.get(`${SUBMISSIONS}?${query}`))
        .json<{ data: { id: string }[] }>()
        .data.map(({ id }) => id);
    expect(await ids('language_id=c')).toEqual([submissionId]);
    expect(await ids('submitter=filtered&state=queued&problem_id=hello')).toEqual([submissionId]);
    expect(await ids('submitter=filtered&verdict=AC')).toEqual([]);
    expect(await ids('verdict=MLE')).toEqual([judged.submissionId]);
    expect(await ids('problem_id=other')).toEqual([]);
    expect(await ids(`account_id=${bob.id}&submitter=filtered`)).toEqual([]);
  });

  it.each([
    'verdict=XX',
    'state=done',
    'account_id=me',
    'limit=0',
    'limit=1e1',
    'cursor=x',
    'sort=id',
    'submitter=',
    'problem_id[]=a&problem_id[]=b',
    'verdict=AC&verdict=WA',
  ])('refuses %s', async (query) => {
    expect((await alice.client.get(`${SUBMISSIONS}?${query}`)).status).toBe(400);
  });
});

describe('the judgements of a submission', () => {
  it('are hidden from its owner until a rejudging is applied, and kept then', async () => {
    const { db } = api.database;
    const one = await submit();
    const rejudged = { submissionId: one.submissionId, judgementId: newId() };
    const rejudgingId = newId();
    await sql`insert into rejudgings (id, created_by, reason, filter, incremental)
      values (${rejudgingId}, ${api.adminAccount.id}, 'x', '{}', true)`.execute(db);
    await insertJudgement(db, { ...rejudged, versionId: problem.versionId, current: false });
    await sql`update judgements set rejudging_id = ${rejudgingId}
      where id = ${rejudged.judgementId}`.execute(db);

    const path = `${SUBMISSIONS}/${one.submissionId}/judgements`;
    const ids = async (account: TestAccount): Promise<string[]> =>
      (await account.client.all<{ id: string }>(path)).map(({ id }) => id);
    expect(await ids(alice)).toEqual([one.judgementId]);
    expect((await alice.client.get(`${JUDGEMENTS}/${rejudged.judgementId}`)).status).toBe(404);
    expect(await ids(api.adminAccount)).toEqual([rejudged.judgementId, one.judgementId]);

    await db.transaction().execute(async (tx) => {
      await sql`update judgements set current = false where id = ${one.judgementId}`.execute(tx);
      await sql`update judgements set current = true where id = ${rejudged.judgementId}`.execute(
        tx,
      );
      await sql`update rejudgings set state = 'applied'`.execute(tx);
    });
    expect(await ids(alice)).toEqual([rejudged.judgementId, one.judgementId]);
  });
});

describe('the runs of a judgement', () => {
  it('come in pages, in the order of judging', async () => {
    const one = await submit();
    const ordinals = Array.from({ length: 7 }, (_, index) => index + 1);
    await store(one, STARTED, ...ordinals.map((ordinal) => runOf({ ordinal })));
    const runs = await alice.client.all<{ ordinal: number }>(
      `${JUDGEMENTS}/${one.judgementId}/runs?limit=3`,
    );
    expect(runs.map(({ ordinal }) => ordinal)).toEqual(ordinals);
  });
});

describe('a client that never reads its events', () => {
  it('is given no more than it takes, and costs the others nothing', async () => {
    const url = new URL(await api.listen());
    const serverSide: Socket[] = [];
    api.app.getHttpServer().on('connection', (socket: Socket) => serverSide.push(socket));
    const one = await submit();
    const path = `${SUBMISSIONS}/${one.submissionId}/events?follow=true`;
    const silent = connect({ host: url.hostname, port: Number(url.port) });
    silent.on('error', () => undefined).pause();
    silent.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice.token}\r\n\r\n`);
    const streams = api.app.get(EventStreams);
    await vi.waitFor(() => expect(streams.size).toBe(1), { timeout: 60_000 });

    // More than the kernel keeps for both ends.
    const events = Array.from({ length: 500 }, () => ({
      ...one,
      type: 'judgement.run' as const,
      data: { text: 'x'.repeat(2000) },
    }));
    for (let batch = 0; batch < 12; batch += 1) {
      await api.database.db.transaction().execute((tx) => appendEvents(tx, events));
    }
    const reader = await fetch(`${url.origin}${path}`, {
      headers: { authorization: `Bearer ${alice.token}` },
    });
    let received = '';
    const decoder = new TextDecoder();
    for await (const chunk of reader.body ?? []) {
      received += decoder.decode(chunk as Uint8Array, { stream: true });
      if (received.includes('id: 6001\n')) break;
    }
    expect(received.match(/^id: /gm)).toHaveLength(6001);
    expect(Math.max(...serverSide.map((socket) => socket.writableLength))).toBeLessThan(2 ** 20);
    silent.destroy();
    await vi.waitFor(() => expect(streams.size).toBe(0), { timeout: 60_000 });
  });
});

describe('idempotency keys', () => {
  it('are forgotten after two days, and not before', async () => {
    const { db } = api.database;
    await alice.client.post(SUBMISSIONS, HELLO, { 'idempotency-key': 'old' });
    await alice.client.post(SUBMISSIONS, HELLO, { 'idempotency-key': 'young' });
    await sql`update idempotency_keys set created_at = now() - interval '49 h'
      where key = 'old'`.execute(db);
    await sql`update idempotency_keys set created_at = now() - interval '47 h'
      where key = 'young'`.execute(db);
    await forgetKeys(db);
    const keys = await db.selectFrom('idempotency_keys').select('key').execute();
    expect(keys.map(({ key }) => key)).toEqual(['young']);
  });
});
