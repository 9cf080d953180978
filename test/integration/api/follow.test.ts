import { sql } from 'kysely';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import { appendEvent } from '../../../src/events/append-events.js';
import { EventStreams } from '../../../src/events/event-streams.js';
import { startApi, type TestAccount, type TestApi } from '../../fixtures/api/start-api.js';
import { COMPILED, finishedOf, runOf, STARTED, storeEvent } from '../../fixtures/judging-rows.js';
import { insertProblem, type SubmissionRows } from '../../fixtures/submission-rows.js';

const SUBMISSIONS = '/api/v1/submissions';
const HELLO = { problem_id: 'hello', language_id: 'python3', source: 'x' };
const WITHIN = { timeout: 60_000 };

let api: TestApi;
let url: string;
let alice: TestAccount;

beforeAll(async () => {
  api = await startApi();
  await insertProblem(api.database.db, { account: 'author' });
  alice = await api.account({
    name: 'alice',
    scopes: ['submissions:write', 'submissions:read'],
  });
  url = await api.listen();
});
afterAll(() => api.close());

async function submit(): Promise<SubmissionRows> {
  const { id, judgement } = (await alice.client.post(SUBMISSIONS, HELLO)).json<{
    id: string;
    judgement: { id: string };
  }>();
  return { submissionId: id, judgementId: judgement.id };
}

async function store(of: SubmissionRows, ...events: Parameters<typeof storeEvent>[2][]) {
  for (const event of events) await storeEvent(api.database.db, of, event);
}

/** Follows as an EventSource does. */
async function follow(
  { submissionId }: SubmissionRows,
  { query = '', lastEventId }: { query?: string; lastEventId?: string } = {},
) {
  const abort = new AbortController();
  const response = await fetch(`${url}${SUBMISSIONS}/${submissionId}/events${query}`, {
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${alice.token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    }
  })().catch(() => undefined);
  return { response, events, ended, leave: () => abort.abort() };
}

const seen = (events: readonly EventSourceMessage[]) =>
  events.map(({ id, event }) => `${id ?? ''} ${event ?? ''}`);

const WHOLE = [
  '1 judgement.queued',
  '2 judgement.started',
  '3 judgement.compiled',
  '4 judgement.run',
  '5 judgement.finished',
];

describe('the events of a submission', () => {
  it('come as they happen, in order, and end with the verdict', async () => {
    const one = await submit();
    const client = await follow(one);
    expect(client.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await vi.waitFor(() => expect(seen(client.events)).toEqual(WHOLE.slice(0, 1)), WITHIN);
    await store(one, STARTED);
    await vi.waitFor(() => expect(seen(client.events)).toEqual(WHOLE.slice(0, 2)), WITHIN);
    await store(one, COMPILED, runOf(), finishedOf());
    await client.ended;
    expect(seen(client.events)).toEqual(WHOLE);
    expect(JSON.parse(client.events.at(-1)?.data ?? '')).toMatchObject({
      submission_id: one.submissionId,
      judgement_id: one.judgementId,
      judgement_type_id: 'AC',
    });
  });

  it('are told again from any point, and not once more than that', async () => {
    const one = await submit();
    await store(one, STARTED, COMPILED, runOf(), finishedOf());
    for (const client of [
      await follow(one, { lastEventId: '3' }),
      await follow(one, { query: '?last_event_id=3' }),
    ]) {
      await client.ended;
      expect(seen(client.events)).toEqual(WHOLE.slice(3));
    }
    const all = await follow(one);
    await all.ended;
    expect(seen(all.events)).toEqual(WHOLE);
  });

  it('are over for who has seen the last: 204, so that a browser does not come back', async () => {
    const one = await submit();
    await store(one, STARTED, finishedOf());
    const client = await follow(one, { lastEventId: '3' });
    expect(client.response.status).toBe(204);
    expect(await client.response.text().catch(() => '')).toBe('');
  });

  it('go on through a broken connection of the database', async () => {
    const one = await submit();
    const client = await follow(one);
    await vi.waitFor(() => expect(client.events).toHaveLength(1), WITHIN);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'minos listener' and datname = current_database()`.execute(
      api.database.db,
    );
    await store(one, STARTED, COMPILED, runOf(), finishedOf());
    await client.ended;
    expect(seen(client.events)).toEqual(WHOLE);
  });

  it('go on after the verdict for who asks for it', async () => {
    const one = await submit();
    await store(one, STARTED, finishedOf());
    const client = await follow(one, { query: '?follow=true', lastEventId: '3' });
    await api.database.db
      .transaction()
      .execute((tx) => appendEvent(tx, { ...one, type: 'judgement.replaced', data: {} }));
    await vi.waitFor(() => expect(seen(client.events)).toEqual(['4 judgement.replaced']), WITHIN);
    client.leave();
  });

  it('do not end with an old verdict when the submission is judged again', async () => {
    const one = await submit();
    await store(one, STARTED, finishedOf());
    await api.database.db
      .transaction()
      .execute((tx) => appendEvent(tx, { ...one, type: 'judgement.requeued', data: {} }));
    const client = await follow(one);
    await vi.waitFor(() => expect(client.events).toHaveLength(4), WITHIN);
    await store(one, finishedOf({ verdict: 'WA' }));
    await client.ended;
    expect(seen(client.events).at(-1)).toBe('5 judgement.finished');
  });

  it('are not waited for by who asks for the headers alone', async () => {
    const one = await submit();
    const response = await fetch(`${url}${SUBMISSIONS}/${one.submissionId}/events`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(api.app.get(EventStreams).size).toBe(0);
  });

  it('are for the account alone', async () => {
    const one = await submit();
    const bob = await api.account({ scopes: ['submissions:read'] });
    for (const id of [one.submissionId, newId()]) {
      for (const query of [
        '',
        '?follow=true',
        '?last_event_id=1',
        '?last_event_id=9&follow=true',
      ]) {
        const answer = await bob.client.get(`${SUBMISSIONS}/${id}/events${query}`);
        expect([query, answer.status]).toEqual([query, 404]);
      }
    }
  });

  it.each(['-1', 'x', '1e3', '99999999999'])('do not begin at %j', async (lastEventId) => {
    const one = await submit();
    const path = `${SUBMISSIONS}/${one.submissionId}/events`;
    const answer = await alice.client.get(path, { 'last-event-id': lastEventId });
    expect(answer.status).toBe(400);
  });

  it('reach many who follow the same submission, and forget them when they have left', async () => {
    const one = await submit();
    const clients = await Promise.all(Array.from({ length: 100 }, () => follow(one)));
    await store(one, STARTED, COMPILED, runOf(), finishedOf());
    for (const client of clients) {
      await client.ended;
      expect(seen(client.events)).toEqual(WHOLE);
    }
  });
});

describe('waiting for the verdict', () => {
  it('ends with it', async () => {
    const one = await submit();
    const waiting = alice.client.get(`${SUBMISSIONS}/${one.submissionId}?wait=60`);
    await store(one, STARTED, COMPILED, runOf(), finishedOf({ verdict: 'WA', reason: 'why' }));
    expect((await waiting).json()).toMatchObject({
      judgement: { judgement_type_id: 'WA', state: 'finished', reason: 'why' },
      queue: null,
    });
  });

  it('ends at once when it is there', async () => {
    const one = await submit();
    await store(one, STARTED, finishedOf());
    const answer = await alice.client.get(`${SUBMISSIONS}/${one.submissionId}?wait=60`);
    expect(answer.json()).toMatchObject({ judgement: { judgement_type_id: 'AC' } });
  });

  it('ends with what there is when the time is over, also of a submit', async () => {
    const answer = await alice.client.post(`${SUBMISSIONS}?wait=1`, HELLO);
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({ judgement: { state: 'queued' } });
  });

  it.each(['61', '-1', '1.5', 'x', ''])('is refused for %j seconds', async (wait) => {
    const answer = await alice.client.post(`${SUBMISSIONS}?wait=${wait}`, HELLO);
    expect(answer.status).toBe(400);
  });
});

describe('a process that stops', () => {
  it('ends streams and waiting requests, and answers them', async () => {
    const other = await startApi();
    const { db } = other.database;
    await insertProblem(db, { account: 'author' });
    const base = await other.listen();
    const { id } = (await other.admin.post(SUBMISSIONS, HELLO)).json<{ id: string }>();
    const headers = { authorization: `Bearer ${other.adminAccount.token}` };
    const stream = await fetch(`${base}${SUBMISSIONS}/${id}/events`, { headers });
    const waiting = fetch(`${base}${SUBMISSIONS}/${id}?wait=60`, { headers });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const closing = other.close();
    expect(await stream.text()).toContain('judgement.queued');
    expect((await waiting).status).toBe(200);
    await closing;
  });
});
