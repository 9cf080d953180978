import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  customRunTopic,
  type CustomRunOutcome,
} from '../../../src/custom-runs/custom-run-outcome.js';
import { forgetCustomRuns } from '../../../src/custom-runs/forget-custom-runs.js';
import { CONTROL_CHANNEL } from '../../../src/events/control-channel.js';
import { startApi, type TestAccount, type TestApi } from '../../fixtures/api/start-api.js';

const RUNS = '/api/v1/custom-runs';
const HELLO = { language_id: 'python3', source: 'print(input())\n', stdin: 'hi\n' };

interface CustomRun {
  readonly id: string;
}

let api: TestApi;
let alice: TestAccount;
let bob: TestAccount;

beforeAll(async () => {
  api = await startApi();
  const scopes = ['submissions:write', 'submissions:read'] as const;
  alice = await api.account({ name: 'alice', scopes });
  bob = await api.account({ name: 'bob', scopes });
});
afterAll(() => api.close());

const EXECUTED: CustomRunOutcome = {
  kind: 'executed',
  end: { kind: 'exited', exitCode: 0 },
  rule: null,
  reason: '',
  cpuTimeMs: 12.5,
  wallTimeMs: 20,
  memoryBytes: 4096,
  stdout: { base64: Buffer.from('hi\n').toString('base64'), bytes: 3, truncated: false },
  stderr: { base64: '', bytes: 0, truncated: false },
  compileLog: '',
};

/** What a worker does at the end. */
async function finish(id: string, outcome: CustomRunOutcome): Promise<void> {
  await api.database.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('custom_runs')
      .set({
        state: 'finished',
        outcome: JSON.stringify(outcome),
        started_at: new Date(),
        finished_at: new Date(),
      })
      .where('id', '=', id)
      .execute();
    await sql`select pg_notify(${CONTROL_CHANNEL}, ${customRunTopic(id)})`.execute(tx);
  });
}

async function create(body: object = HELLO): Promise<string> {
  const answer = await alice.client.post(RUNS, body);
  expect(answer.status).toBe(201);
  return answer.json<CustomRun>().id;
}

describe('a custom run', () => {
  it('is stored with its program and input, and waits in a lane of its own', async () => {
    const answer = await alice.client.post(RUNS, { ...HELLO, cpu_time_limit_ms: 500 });
    expect(answer.status).toBe(201);
    const run = answer.json<CustomRun>();
    expect(answer.headers['location']).toBe(`${RUNS}/${run.id}`);
    expect(run).toMatchObject({
      language_id: 'python3',
      submitter: 'alice',
      state: 'queued',
      cpu_time_limit_ms: 500,
      memory_limit_bytes: null,
      outcome: null,
      queue: { ahead: 0 },
    });
    const row = await api.database.db
      .selectFrom('custom_runs')
      .select(['files', 'stdin'])
      .where('id', '=', run.id)
      .executeTakeFirstOrThrow();
    expect(row.stdin.toString()).toBe('hi\n');
    expect(row.files).toEqual([
      { name: 'main.py', base64: Buffer.from(HELLO.source).toString('base64') },
    ]);
  });

  it('takes bytes as input, and a file of a form', async () => {
    const bytes = Buffer.from([0, 255, 10]);
    const ids = [
      await create({ ...HELLO, stdin: undefined, stdin_base64: bytes.toString('base64') }),
    ];
    const boundary = 'b';
    const part = (head: string, content: Buffer | string) =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(content),
        Buffer.from('\r\n'),
      ]);
    const form = Buffer.concat([
      part('name="cpu_time_limit_ms"', '700'),
      part('name="files"; filename="main.py"', 'x'),
      part('name="stdin"; filename="in.bin"', bytes),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    const answer = await alice.client.post(RUNS, form, {
      'content-type': `multipart/form-data; boundary=${boundary}`,
    });
    expect(answer.json()).toMatchObject({ cpu_time_limit_ms: 700 });
    ids.push(answer.json<CustomRun>().id);
    const rows = await api.database.db
      .selectFrom('custom_runs')
      .select('stdin')
      .where('id', 'in', ids)
      .execute();
    expect(rows.map(({ stdin }) => stdin)).toEqual([bytes, bytes]);
  });

  it('takes a number in JSON for what it is, and as digits in a form', async () => {
    const texts = { cpu_time_limit_ms: '700', memory_limit_bytes: '67108864' };
    const refused = await alice.client.post(RUNS, { ...HELLO, ...texts });
    expect(refused.status).toBe(400);
    const { errors } = refused.json<{ errors: readonly string[] }>();
    expect(errors).toContain('cpu_time_limit_ms must be an integer number');
    expect(errors).toContain('memory_limit_bytes must be an integer number');
    const boundary = 'x';
    const form = (fields: object): string =>
      Object.entries({ ...HELLO, ...fields })
        .map(
          ([name, value]) =>
            `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        )
        .join('') + `--${boundary}--\r\n`;
    const type = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    const taken = await alice.client.post(RUNS, form(texts), type);
    expect(taken.json()).toMatchObject({ cpu_time_limit_ms: 700, memory_limit_bytes: 67_108_864 });
    for (const digits of ['7e2', '0700', ' 700', '', '-1', '1.5', '700ms']) {
      const odd = await alice.client.post(RUNS, form({ cpu_time_limit_ms: digits }), type);
      expect([digits, odd.status]).toEqual([digits, 400]);
    }
  });

  it('is made once, however often it is sent with one Idempotency-Key', async () => {
    const send = async (body: object = HELLO, account = alice) =>
      await account.client.post(RUNS, body, { 'idempotency-key': 'run-1' });
    const [first, ...others] = await Promise.all(Array.from({ length: 6 }, () => send()));
    const answers = [first!, ...others];
    expect(new Set(answers.map((answer) => answer.json<CustomRun>().id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    const again = await send();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['location']).toBe(first!.headers['location']);
    const changes = [{ stdin: 'other' }, { cpu_time_limit_ms: 1000 }, { source: 'print(1)\n' }];
    for (const change of changes) {
      const other = await send({ ...HELLO, ...change });
      expect(other.status).toBe(422);
      expect(other.json()).toMatchObject({ code: 'idempotency-conflict' });
    }
    expect((await send(HELLO, bob)).status).toBe(201);
    const bad = await alice.client.post(RUNS, HELLO, { 'idempotency-key': 'k'.repeat(256) });
    expect(bad.status).toBe(400);
  });

  it('shows what the program did, when it has ended', async () => {
    const id = await create();
    await finish(id, EXECUTED);
    const answer = await alice.client.get(`${RUNS}/${id}`);
    expect(answer.json()).toMatchObject({
      state: 'finished',
      queue: null,
      outcome: {
        kind: 'executed',
        exit_code: 0,
        signal: null,
        cpu_time_ms: 12.5,
        stdout: { text: 'hi\n', base64: null, size_bytes: 3, truncated: false },
      },
    });
  });

  it('answers who waits as soon as it has ended', async () => {
    const id = await create();
    const waiting = alice.client.get(`${RUNS}/${id}?wait=60`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await finish(id, EXECUTED);
    expect((await waiting).json()).toMatchObject({ state: 'finished' });
    const other = await create();
    const queued = await alice.client.get(`${RUNS}/${other}?wait=1`);
    expect(queued.json()).toMatchObject({ state: 'queued' });
  });

  it('shows bytes that are no text as base64, and cuts no character in two', async () => {
    const id = await create();
    const cut = Buffer.from('grün€').subarray(0, -1);
    await finish(id, {
      ...EXECUTED,
      stdout: { base64: '/wD/', bytes: 3, truncated: false },
      stderr: { base64: cut.toString('base64'), bytes: 1000, truncated: true },
    });
    expect((await alice.client.get(`${RUNS}/${id}`)).json()).toMatchObject({
      outcome: {
        stdout: { text: null, base64: '/wD/' },
        stderr: { text: 'grün', base64: null, truncated: true, size_bytes: 1000 },
      },
    });
  });

  it('says what went wrong on our side to staff alone', async () => {
    const id = await create();
    await finish(id, { kind: 'failed', message: 'no space left on /var/lib/docker' });
    const owners = await alice.client.get(`${RUNS}/${id}`);
    expect(owners.text).not.toContain('docker');
    expect(owners.json()).toMatchObject({ outcome: { kind: 'failed' } });
    expect((await api.admin.get(`${RUNS}/${id}`)).text).toContain('/var/lib/docker');
  });

  it('is nobody else’s', async () => {
    const id = await create();
    expect((await bob.client.get(`${RUNS}/${id}`)).status).toBe(404);
    expect((await bob.client.get(`${RUNS}/nothing`)).status).toBe(404);
  });

  it('is forgotten a week after its end', async () => {
    const [old, young, waiting] = [await create(), await create(), await create()];
    await finish(old, EXECUTED);
    await finish(young, EXECUTED);
    const { db } = api.database;
    await sql`update custom_runs set finished_at = now() - interval '8 days'
      where id = ${old}`.execute(db);
    await forgetCustomRuns(db);
    const statuses = [old, young, waiting].map((id) => alice.client.get(`${RUNS}/${id}`));
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([404, 200, 200]);
  });

  it.each([
    ['no program', { stdin: 'x' }, 422],
    ['two inputs', { ...HELLO, stdin_base64: 'eA==' }, 400],
    ['too long a time', { ...HELLO, cpu_time_limit_ms: 10_001 }, 400],
    ['no time', { ...HELLO, cpu_time_limit_ms: 0 }, 400],
    ['half a millisecond', { ...HELLO, cpu_time_limit_ms: 150.5 }, 400],
    ['too much memory', { ...HELLO, memory_limit_bytes: 2 ** 40 }, 400],
    ['a problem', { ...HELLO, problem_id: 'hello' }, 400],
    ['too much input', { ...HELLO, stdin: 'x'.repeat(2 ** 20 + 1) }, 413],
    ['too much source', { ...HELLO, source: 'x'.repeat(200_000) }, 413],
  ])('with %s is refused', async (_, body, status) => {
    expect((await alice.client.post(RUNS, body)).status).toBe(status);
  });
});
