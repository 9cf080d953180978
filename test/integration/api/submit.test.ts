import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestAccount, type TestApi } from '../../fixtures/api/start-api.js';
import { insertProblem } from '../../fixtures/submission-rows.js';
import { zipOf } from '../../unit/problems/zip-of.js';

const SUBMISSIONS = '/api/v1/submissions';
const HELLO = { problem_id: 'hello', language_id: 'python3', source: 'print(input())\n' };

interface Submission {
  readonly id: string;
  readonly language_id: string;
  readonly judgement: { readonly id: string };
}

let api: TestApi;
let alice: TestAccount;

beforeAll(async () => {
  api = await startApi();
  await insertProblem(api.database.db, { account: 'author' });
  alice = await api.account({
    name: 'alice',
    scopes: ['submissions:write', 'submissions:read'],
  });
});
afterAll(() => api.close());

async function countSubmissions(): Promise<number> {
  const { count } = await api.database.db
    .selectFrom('submissions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function form(
  fields: Readonly<Record<string, string>>,
  files: readonly { readonly name: string; readonly content: string | Buffer }[],
) {
  const boundary = 'xyz';
  const parts = [
    ...Object.entries(fields).map(
      ([name, value]) => `content-disposition: form-data; name="${name}"\r\n\r\n${value}`,
    ),
    ...files.map(({ name, content }) =>
      Buffer.concat([
        Buffer.from(`content-disposition: form-data; name="files"; filename="${name}"\r\n\r\n`),
        Buffer.from(content),
      ]),
    ),
  ];
  const body = Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`--${boundary}\r\n`),
      Buffer.from(part),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return [body, { 'content-type': `multipart/form-data; boundary=${boundary}` }] as const;
}

describe('submitting', () => {
  it('stores the submission with its files, judgement, job and first event before it answers', async () => {
    const answer = await alice.client.post(SUBMISSIONS, {
      problem_id: 'hello',
      files: [
        { name: 'main.py', content: 'import lib.a\n' },
        { name: 'lib/a.py', content_base64: Buffer.from('print(1)\n').toString('base64') },
      ],
      entry_point: 'main.py',
      submitter: 'team <b>1</b>',
    });
    expect(answer.status).toBe(201);
    const submission = answer.json<Submission>();
    expect(answer.headers['location']).toBe(`${SUBMISSIONS}/${submission.id}`);
    expect(submission).toMatchObject({
      problem_id: 'hello',
      language_id: 'python3',
      submitter: 'team <b>1</b>',
      account_id: alice.id,
      entry_point: 'main.py',
      mode: 'lazy',
      lane: 'practice',
      source_bytes: 22,
      last_event_id: 1,
      judgement: { judgement_type_id: null, state: 'queued', current: true, problem_version: 1 },
    });
    const files = await alice.client.get(`${SUBMISSIONS}/${submission.id}/files`);
    expect(files.json<{ data: unknown[] }>().data).toMatchObject([
      { name: 'main.py', size_bytes: 13, content: 'import lib.a\n' },
      { name: 'lib/a.py', size_bytes: 9, content: 'print(1)\n' },
    ]);
    const got = await alice.client.get(`${SUBMISSIONS}/${submission.id}`);
    expect({ ...got.json(), queue: null }).toEqual(answer.json());
    expect(got.json()).toMatchObject({
      id: submission.id,
      queue: { ahead: 0, estimated_wait_ms: null },
    });
    expect(got.headers['etag']).toMatch(/^W\//);
  });

  it('names a single source as the language usually does', async () => {
    const { id } = (
      await alice.client.post(SUBMISSIONS, { ...HELLO, language_id: 'CPP' })
    ).json<Submission>();
    const got = await alice.client.get(`${SUBMISSIONS}/${id}/files`);
    expect(got.json()).toMatchObject({ data: [{ name: 'main.cpp' }] });
    expect((await alice.client.get(`${SUBMISSIONS}/${id}`)).json()).toMatchObject({
      language_id: 'cpp20',
      submitter: 'alice',
    });
  });

  it('takes a form with fields and files, directories in their names kept', async () => {
    const answer = await alice.client.post(
      SUBMISSIONS,
      ...form({ problem_id: 'hello', mode: 'full' }, [
        { name: 'main.py', content: 'x' },
        { name: 'lib/b.py', content: 'y' },
      ]),
    );
    expect(answer.status).toBe(201);
    const { id } = answer.json<Submission>();
    const files = (await alice.client.get(`${SUBMISSIONS}/${id}/files`)).json<{
      data: { name: string }[];
    }>();
    expect(files.data.map(({ name }) => name)).toEqual(['main.py', 'lib/b.py']);
  });

  it('unpacks a zip, in a form and in JSON, and leaves no file behind', async () => {
    const zip = zipOf([
      { name: 'work/main.py', data: Buffer.from('print(1)') },
      { name: 'work/lib/a.py', data: Buffer.from('x = 1') },
    ]);
    const answers = [
      await alice.client.post(
        SUBMISSIONS,
        ...form({ problem_id: 'hello' }, [{ name: 'work.zip', content: zip }]),
      ),
      await alice.client.post(SUBMISSIONS, {
        problem_id: 'hello',
        files: [{ name: 'a.zip', content_base64: zip.toString('base64') }],
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      const { id } = answer.json<Submission>();
      const files = (await alice.client.get(`${SUBMISSIONS}/${id}/files`)).json<{
        data: { name: string }[];
      }>();
      expect(files.data.map(({ name }) => name).sort()).toEqual(['lib/a.py', 'main.py']);
    }
    expect(await readdir(join(api.dataDirectory, 'sources'))).toEqual([]);
  });
});

describe('a submission with a fault', () => {
  const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
  const file = (name: string, content = 'x') => ({ name, content });
  const files = (...all: object[]) => ({ problem_id: 'hello', files: all });
  const rows: readonly [string, object, number, string, RegExp][] = [
    ['no problem', { source: 'x', language_id: 'c' }, 400, 'bad-usage', /problem_id/],
    ['an unknown problem', { ...HELLO, problem_id: 'nope' }, 422, 'unknown-problem', /nope/],
    ['an unpublished problem', { ...HELLO, problem_id: 'draft' }, 422, 'unknown-problem', /draft/],
    ['an archived problem', { ...HELLO, problem_id: 'old' }, 409, 'conflict', /old/],
    ['an unknown language', { ...HELLO, language_id: 'brainf' }, 422, 'unknown-language', /brainf/],
    ['a language that cannot be told', files(file('notes.txt')), 422, 'unknown-language', /notes/],
    ['two languages', files(file('a.py'), file('b.c')), 422, 'unknown-language', /state one/],
    ['a language not allowed', { ...HELLO, problem_id: 'small' }, 422, 'unknown-language', /c,? ?/],
    ['no source at all', { problem_id: 'hello' }, 422, 'bad-source', /no source/],
    ['no files', files(), 422, 'bad-source', /no source/],
    [
      'source without a language',
      { problem_id: 'hello', source: 'x' },
      400,
      'bad-usage',
      /language/,
    ],
    ['files and source', { ...HELLO, files: [file('a.py')] }, 400, 'bad-usage', /either/],
    ['a file without content', files({ name: 'a.py' }), 400, 'bad-usage', /either/],
    ['both contents', files({ ...file('a.py'), content_base64: '' }), 400, 'bad-usage', /either/],
    ['no base64', files({ name: 'a.py', content_base64: '*' }), 400, 'bad-usage', /base64/],
    ['a name that leaves', files(file('../a.py')), 422, 'bad-source', /plain/],
    ['an absolute name', files(file('/etc/a.py')), 422, 'bad-source', /plain/],
    ['an option as a name', files(file('-o.py')), 422, 'bad-source', /plain/],
    ['a name with a line end', files(file('a\n.py')), 422, 'bad-source', /plain/],
    ['a name twice', files(file('a.py'), file('a.py')), 422, 'bad-source', /second/],
    [
      'a file as a directory',
      files(file('a.py'), file('a.py/b.py')),
      422,
      'bad-source',
      /directory/,
    ],
    ['too deep a name', files(file(`${'d/'.repeat(20)}a.py`)), 422, 'bad-source', /too long/],
    ['a foreign entry point', { ...HELLO, entry_point: 'b.py' }, 422, 'bad-source', /entry point/],
    ['an option as entry point', { ...HELLO, entry_point: '-c' }, 422, 'bad-source', /entry point/],
    [
      'too much source',
      { ...HELLO, source: 'x'.repeat(131073) },
      413,
      'code-limit-exceeded',
      /128 KiB/,
    ],
    ['an unknown mode', { ...HELLO, mode: 'fast' }, 400, 'bad-usage', /mode/],
    ['a lane of its own', { ...HELLO, lane: 'rejudge' }, 400, 'bad-usage', /lane/],
    ['the contest lane', { ...HELLO, lane: 'contest' }, 403, 'forbidden', /priority/],
    ['a long submitter', { ...HELLO, submitter: 'x'.repeat(201) }, 400, 'bad-usage', /submitter/],
    ['a blank submitter', { ...HELLO, submitter: '  ' }, 400, 'bad-usage', /submitter/],
    ['an unknown field', { ...HELLO, verdict: 'AC' }, 400, 'bad-usage', /verdict/],
    [
      'a broken zip',
      files({ name: 'a.zip', content_base64: base64('PKxx') }),
      422,
      'bad-source',
      /a\.zip/,
    ],
    [
      'a zip that leaves',
      files({
        name: 'a.zip',
        content_base64: base64(zipOf([{ name: '../a.py', data: Buffer.from('x') }])),
      }),
      422,
      'bad-source',
      /a\.zip/,
    ],
    [
      'a zip with an odd name',
      files({
        name: 'a.zip',
        content_base64: base64(zipOf([{ name: 'a b.py', data: Buffer.from('x') }])),
      }),
      422,
      'bad-source',
      /a\.zip\/a b\.py/,
    ],
  ];

  beforeAll(async () => {
    const { db } = api.database;
    await insertProblem(db, { account: 'a1', problem: 'small', languages: ['c'] });
    const draft = await insertProblem(db, { account: 'a2', problem: 'draft' });
    await db
      .updateTable('problems')
      .set({ published_version_id: null })
      .where('id', '=', draft.problemId)
      .execute();
    const old = await insertProblem(db, { account: 'a3', problem: 'old' });
    await db
      .updateTable('problems')
      .set({ archived_at: new Date() })
      .where('id', '=', old.problemId)
      .execute();
  });

  it.each(rows)(
    'with %s is refused, and nothing of it is kept',
    async (_, body, status, code, detail) => {
      const before = await countSubmissions();
      const answer = await alice.client.post(SUBMISSIONS, body);
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([status, code]);
      const told = answer.json<{ detail: string }>().detail;
      expect(told).toMatch(detail);
      expect(told).not.toContain(api.dataDirectory);
      expect(await countSubmissions()).toBe(before);
    },
  );

  it.each([
    ['a text', '"x"', 400],
    ['null', 'null', 400],
    ['a list', '[]', 400],
    ['no JSON', '{', 400],
  ])('whose body is %s is refused', async (_, text, status) => {
    const answer = await alice.client.post(SUBMISSIONS, text, {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(status);
  });

  it('in a form that is cut short or has strange parts is refused', async () => {
    const [body, headers] = form({ problem_id: 'hello' }, [{ name: 'a.py', content: 'x' }]);
    const before = await countSubmissions();
    const cut = await alice.client.post(SUBMISSIONS, body.subarray(0, body.length - 20), headers);
    expect([cut.status, cut.json<{ code: string }>().code]).toEqual([400, 'bad-usage']);
    const none = await alice.client.post(SUBMISSIONS, 'x', {
      'content-type': 'multipart/form-data',
    });
    expect(none.status).toBe(400);
    const odd = body.toString().replace('name="files"', 'name="other"');
    const other = await alice.client.post(SUBMISSIONS, odd, headers);
    expect(other.json<{ detail: string }>().detail).toMatch(/other/);
    const many = form(
      { problem_id: 'hello' },
      Array.from({ length: 400 }, (_, index) => ({ name: `f${index}.py`, content: '' })),
    );
    expect((await alice.client.post(SUBMISSIONS, ...many)).status).toBe(413);
    const large = form({ problem_id: 'hello' }, [
      { name: 'a.py', content: Buffer.alloc(9 * 2 ** 20) },
    ]);
    expect((await alice.client.post(SUBMISSIONS, ...large)).status).toBe(413);
    expect(await countSubmissions()).toBe(before);
  });
});

describe('the contest lane', () => {
  it('is open to tokens with the scope for it', async () => {
    const answer = await api.admin.post(SUBMISSIONS, { ...HELLO, lane: 'contest' });
    expect(answer.json()).toMatchObject({ lane: 'contest' });
  });
});

describe('an idempotency key', () => {
  it('gives the same submission to the same request, however often and however at once', async () => {
    const before = await countSubmissions();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        alice.client.post(SUBMISSIONS, HELLO, { 'idempotency-key': 'fifty' }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.json<Submission>().id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, headers } of answers) {
      expect(headers['idempotency-replayed']).toBe(status === 201 ? undefined : 'true');
    }
    expect(await countSubmissions()).toBe(before + 1);
  });

  it('is for one request: another body is a conflict, and is not stored', async () => {
    const headers = { 'idempotency-key': 'another' };
    const first = await alice.client.post(SUBMISSIONS, HELLO, headers);
    const before = await countSubmissions();
    for (const change of [{ source: 'x' }, { submitter: 'y' }, { mode: 'full' }]) {
      const answer = await alice.client.post(SUBMISSIONS, { ...HELLO, ...change }, headers);
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([
        422,
        'idempotency-conflict',
      ]);
    }
    expect(await countSubmissions()).toBe(before);
    expect((await alice.client.post(SUBMISSIONS, HELLO, headers)).json<Submission>().id).toBe(
      first.json<Submission>().id,
    );
  });

  it('belongs to its account', async () => {
    const bob = await api.account({ scopes: ['submissions:write'] });
    const headers = { 'idempotency-key': 'shared' };
    const one = await alice.client.post(SUBMISSIONS, HELLO, headers);
    const other = await bob.client.post(SUBMISSIONS, HELLO, headers);
    expect(other.status).toBe(201);
    expect(other.json<Submission>().id).not.toBe(one.json<Submission>().id);
  });

  it('still answers after the problem is archived', async () => {
    const { problemId } = await insertProblem(api.database.db, {
      account: 'a5',
      problem: 'ending',
    });
    const body = { ...HELLO, problem_id: 'ending' };
    const headers = { 'idempotency-key': 'ending' };
    await alice.client.post(SUBMISSIONS, body, headers);
    await api.database.db
      .updateTable('problems')
      .set({ archived_at: new Date() })
      .where('id', '=', problemId)
      .execute();
    expect((await alice.client.post(SUBMISSIONS, body, headers)).status).toBe(200);
  });

  it.each(['', ' ', 'a b', 'x'.repeat(256), 'ü'])('is refused when it is %j', async (key) => {
    const answer = await alice.client.post(SUBMISSIONS, HELLO, { 'idempotency-key': key });
    expect(answer.status).toBe(400);
  });
});

describe('clients that are gone in the middle of their requests', () => {
  let url: URL;
  beforeAll(async () => {
    url = new URL(await api.listen());
  });

  /** Sends the beginning of a request, and leaves. */
  async function abandon(body: Buffer, type: string, sentBytes: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: url.hostname, port: Number(url.port) }, () => {
        socket.write(
          `POST ${SUBMISSIONS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice.token}\r\n` +
            `content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`,
        );
        socket.write(body.subarray(0, sentBytes), () => socket.destroy());
      });
      socket.on('close', () => resolve()).on('error', reject);
    });
  }

  it('leave nothing behind, and the next one is served', async () => {
    const before = await countSubmissions();
    const json = Buffer.from(JSON.stringify(HELLO));
    const zip = zipOf([{ name: 'main.py', data: Buffer.from('x') }]);
    const [body, headers] = form({ problem_id: 'hello' }, [{ name: 'a.zip', content: zip }]);
    for (let percent = 0; percent < 100; percent += 2) {
      await abandon(json, 'application/json', Math.floor((json.length * percent) / 100));
      await abandon(body, headers['content-type'], Math.floor((body.length * percent) / 100));
    }
    expect((await alice.client.post(SUBMISSIONS, HELLO)).status).toBe(201);
    expect(await countSubmissions()).toBe(before + 1);
    expect(await readdir(join(api.dataDirectory, 'sources'))).toEqual([]);
  });
});

describe('fair share', () => {
  it('puts one submission of another before a flood', async () => {
    const flood = await api.account({ scopes: ['submissions:write', 'submissions:read'] });
    const other = await api.account({ scopes: ['submissions:write', 'submissions:read'] });
    for (let batch = 0; batch < 4; batch += 1) {
      await Promise.all(Array.from({ length: 25 }, () => flood.client.post(SUBMISSIONS, HELLO)));
    }
    const last = (await flood.client.post(SUBMISSIONS, HELLO)).json<Submission>();
    const one = (await other.client.post(SUBMISSIONS, HELLO)).json<Submission>();
    const ahead = async (account: TestAccount, { id }: Submission): Promise<number> =>
      (await account.client.get(`${SUBMISSIONS}/${id}`)).json<{ queue: { ahead: number } }>().queue
        .ahead;
    const theirs = await ahead(other, one);
    expect(await ahead(flood, last)).toBeGreaterThanOrEqual(theirs + 95);
  });

  it('also tells apart what is stored together', async () => {
    const flood = await api.account({ scopes: ['submissions:write'] });
    await Promise.all(Array.from({ length: 20 }, () => flood.client.post(SUBMISSIONS, HELLO)));
    const { rows } = await sql<{ priority: number }>`
      select priority from pgboss.job join judgements on judgements.job_id = job.id
      join submissions on submissions.id = submission_id
      where account_id = ${flood.id} order by priority desc`.execute(api.database.db);
    // Two transactions at once do not see each other; all others do.
    const places = new Set(rows.map(({ priority }) => Math.round(priority / 60)));
    expect(rows).toHaveLength(20);
    expect(places.size).toBeGreaterThanOrEqual(10);
  });
});
