import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, entriesOf, tarPackage, zipPackage } from '../../fixtures/package-archive.js';
import { startApi, type TestAccount, type TestApi } from '../../fixtures/api/start-api.js';
import { zipOf } from '../../unit/problems/zip-of.js';

let api: TestApi;
let solver: TestAccount;

beforeAll(async () => {
  api = await startApi();
  solver = await api.account({ scopes: ['problems:read'] });
});

afterAll(async () => {
  await api.close();
});

interface Uploaded {
  readonly problem_id: string;
  readonly created: boolean;
  readonly version: {
    readonly version: number;
    readonly state: string;
    readonly package_hash: string;
  };
  readonly verification: string;
}

const PROBLEMS = '/api/v1/problems';

async function upload(archive: Buffer, query = '', type = 'application/zip') {
  return await api.admin.post(`${PROBLEMS}${query}`, archive, { 'content-type': type });
}

/** Uploads a problem of this name and publishes it by override. */
async function published(name: string, files = ECHO): Promise<void> {
  expect((await upload(zipPackage(files, name))).status).toBe(202);
  const answer = await api.admin.post(`${PROBLEMS}/${name}/versions/1/publish`, {
    override_reason: 'only a test',
  });
  expect(answer.status).toBe(200);
}

describe('an upload', () => {
  it('of a zip becomes the first version, with a verification that waits', async () => {
    const answer = await upload(zipPackage(ECHO, 'first'));
    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe('/api/v1/problems/first/versions/1');
    const uploaded = answer.json<Uploaded>();
    expect(uploaded).toMatchObject({
      problem_id: 'first',
      created: true,
      version: { version: 1, state: 'verifying', name: 'Echo', time_limit_ms: 2000 },
    });
    const report = await api.admin.get(uploaded.verification);
    expect(report.json()).toMatchObject({ state: 'queued', examples: [], checks: [] });
    const { db } = api.database;
    const rows = await db
      .selectFrom('verifications')
      .innerJoin('problem_versions', 'problem_versions.id', 'version_id')
      .innerJoin('problems', 'problems.id', 'problem_id')
      .select('job_id')
      .where('problems.name', '=', 'first')
      .execute();
    expect(rows).toHaveLength(1);
  });

  it('of a tar.gz, under another name, does the same', async () => {
    const answer = await upload(await tarPackage(ECHO), '?name=from-tar', 'application/gzip');
    expect(answer.status).toBe(202);
    expect(answer.json<Uploaded>().problem_id).toBe('from-tar');
  });

  it('as a form does the same, its fields before or after the file', async () => {
    for (const order of [
      ['name', 'package'],
      ['package', 'name'],
    ]) {
      const form = new FormData();
      for (const part of order) {
        const name = `form-${order[0] ?? ''}`;
        if (part === 'name') form.set('name', name);
        else form.set('package', new Blob([new Uint8Array(zipPackage(ECHO))]), 'echo.zip');
      }
      const request = new Request('http://x/', { method: 'POST', body: form });
      const answer = await api.admin.post(PROBLEMS, Buffer.from(await request.arrayBuffer()), {
        'content-type': request.headers.get('content-type') ?? '',
      });
      expect(answer.status).toBe(202);
      expect(answer.json<Uploaded>().problem_id).toBe(`form-${order[0] ?? ''}`);
    }
  });

  it('of the same content again is the version that is there', async () => {
    const first = (await upload(zipPackage(ECHO, 'same'))).json<Uploaded>();
    // Another archive, the same package.
    const again = await upload(await tarPackage(ECHO, 'same'), '', 'application/x-gzip');
    expect(again.status).toBe(200);
    expect(again.json<Uploaded>()).toMatchObject({
      created: false,
      version: { version: 1, package_hash: first.version.package_hash },
    });
  });

  it('of other content is the next version; the first stays as it is', async () => {
    const first = (await upload(zipPackage(ECHO, 'twice'))).json<Uploaded>();
    const changed = { ...ECHO, 'data/secret/2.in': 'x\n', 'data/secret/2.ans': 'x\n' };
    const second = (await upload(zipPackage(changed, 'twice'))).json<Uploaded>();
    expect(second.version.version).toBe(2);
    const versions = await api.admin.all<Uploaded['version']>(`${PROBLEMS}/twice/versions?limit=1`);
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(versions[1]?.package_hash).toBe(first.version.package_hash);
  });

  it('of many versions at once gives each a number of its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        upload(zipPackage({ ...ECHO, 'data/secret/1.in': `${index % 6}\n` }, 'race')),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200, 200, 202, 202, 202, 202, 202, 202,
    ]);
    const numbers = new Set(answers.map((each) => each.json<Uploaded>().version.version));
    expect([...numbers].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('leaves no temporary file', async () => {
    await upload(zipPackage(ECHO, 'tidy'));
    await upload(Buffer.from('no archive'));
    expect(await readdir(join(api.dataDirectory, 'uploads'))).toEqual([]);
  });

  it.each([
    ['Bad name', '?name=Bad%20name'],
    ['a path', '?name=..%2Fetc'],
    ['a long name', `?name=${'x'.repeat(37)}`],
  ])('under %s is refused', async (_what, query) => {
    const answer = await upload(zipPackage(ECHO), query);
    expect(answer.status).toBe(400);
    expect(answer.json()['detail']).toContain('name must be');
  });

  it('without a directory that names it asks for a name', async () => {
    const archive = zipPackage(ECHO, '');
    const answer = await upload(archive);
    expect(answer.status).toBe(422);
    expect(answer.json()['detail']).toContain('?name=');
    expect((await upload(archive, '?name=loose')).status).toBe(202);
  });
});

describe('a hostile or broken upload', () => {
  const cases: [string, () => Buffer | Promise<Buffer>, RegExp][] = [
    ['what is no archive', () => Buffer.from('hello, I am no archive'), /neither a zip nor a tar/],
    ['nothing at all', () => Buffer.alloc(0), /neither a zip nor a tar/],
    [
      'a truncated zip',
      () => {
        const whole = zipPackage(ECHO);
        return whole.subarray(0, whole.byteLength / 2);
      },
      /no zip archive that can be read/,
    ],
    [
      'a name that leaves the package',
      () => zipOf([{ name: '../../evil', text: 'x' }, ...entriesOf(ECHO, 'echo')]),
      /leaves the package|invalid relative path/,
    ],
    [
      'a zip bomb',
      () =>
        zipOf([
          ...entriesOf(ECHO, 'echo'),
          { name: 'echo/data/secret/2.in', data: Buffer.alloc(100 * 2 ** 20), deflate: true },
        ]),
      /more than 200 times its size/,
    ],
    [
      'a hundred thousand entries',
      () =>
        tarPackage(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`d/${n}`, '']))),
      /more than 20000 entries/,
    ],
    [
      'a link out of the package',
      () =>
        zipOf([
          ...entriesOf(ECHO, 'echo'),
          { name: 'echo/data/secret/2.in', text: '/etc/passwd', mode: 0o120777 },
        ]),
      /leaves the package/,
    ],
    [
      'a case without its answer',
      () => zipPackage({ ...ECHO, 'data/secret/2.in': 'x' }),
      /^data\/secret\/2\.in: its answer file/,
    ],
    [
      'a limit that cannot be kept',
      () => zipPackage({ ...ECHO, 'problem.yaml': 'limits: {time_limit: -1}\n' }),
      /^problem\.yaml: .*time_limit must be a number from/,
    ],
  ];

  it.each(cases)('with %s is refused: what, where, what to do', async (_what, archive, says) => {
    const answer = await upload(await archive());
    expect(answer.status).toBe(422);
    const problem = answer.json<{ code: string; detail: string; errors: string[] }>();
    expect(problem.code).toBe('bad-package');
    expect(problem.detail).toMatch(says);
    expect(problem.errors).toHaveLength(1);
    expect(problem.errors[0]).toMatch(/upload/);
    expect(answer.text).not.toContain(api.dataDirectory);
    expect(await readdir(join(api.dataDirectory, 'uploads'))).toEqual([]);
  });

  it('of a type that is none of ours is refused', async () => {
    const answer = await upload(zipPackage(ECHO), '', 'text/plain');
    expect(answer.status).toBe(415);
    const form = await upload(Buffer.from('--x--\r\n'), '', 'multipart/form-data; boundary=x');
    expect(form.status).toBe(400);
  });

  it('sends an archive to no other operation', async () => {
    const answer = await api.admin.post('/api/v1/tokens', zipPackage(ECHO), {
      'content-type': 'application/zip',
    });
    expect(answer.status).toBe(415);
  });

  it('that is cut off half way leaves nothing', async () => {
    const url = new URL(await api.listen());
    const socket = connect(Number(url.port), url.hostname);
    const head = [
      `POST ${PROBLEMS}?name=aborted HTTP/1.1`,
      `Host: ${url.host}`,
      `Authorization: Bearer ${api.adminAccount.token}`,
      'Content-Type: application/zip',
      'Content-Length: 1000000',
      '',
      '',
    ].join('\r\n');
    socket.write(head);
    socket.write(randomBytes(200_000));
    const uploads = join(api.dataDirectory, 'uploads');
    await until(async () => (await readdir(uploads)).length === 1);
    socket.destroy();
    await until(async () => (await readdir(uploads)).length === 0);
    expect((await api.admin.get(`${PROBLEMS}/aborted`)).status).toBe(404);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not become so');
    await sleep(20);
  }
}

describe('publishing', () => {
  it('needs a green version, or a reason that is recorded', async () => {
    await upload(zipPackage(ECHO, 'red'));
    const url = `${PROBLEMS}/red/versions/1/publish`;
    expect((await api.admin.post(url, {})).status).toBe(409);
    // Without a body, too.
    expect((await api.admin.post(url)).status).toBe(409);
    expect((await api.admin.post(url, { override_reason: '  ' })).status).toBe(400);
    const answer = await api.admin.post(url, { override_reason: 'known to be right' });
    expect(answer.json()).toMatchObject({ published: true, override_reason: 'known to be right' });
    const entry = await api.database.db
      .selectFrom('audit_entries')
      .select(['actor', 'details'])
      .where('action', '=', 'problem.publish')
      .where('object', '=', 'red/versions/1')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({
      actor: api.adminAccount.id,
      details: { state: 'verifying', overrideReason: 'known to be right' },
    });
  });

  it('of a version without a time limit waits for its verification', async () => {
    await upload(zipPackage({ ...ECHO, 'problem.yaml': 'name: Echo\n' }, 'unlimited'));
    const answer = await api.admin.post(`${PROBLEMS}/unlimited/versions/1/publish`, {
      override_reason: 'please',
    });
    expect(answer.status).toBe(409);
    expect(answer.json()['detail']).toContain('no time limit yet');
  });

  it('changes what solvers see at once, and goes back to an older version', async () => {
    await published('versions');
    const changed = { ...ECHO, 'problem.yaml': 'name: Another echo\nlimits: {time_limit: 3}\n' };
    await upload(zipPackage(changed, 'versions'));
    const seen = async () =>
      (await solver.client.get(`${PROBLEMS}/versions`)).json<{ version: number; name: string }>();
    expect(await seen()).toMatchObject({ version: 1, name: 'Echo' });
    const publish = (number: number) =>
      api.admin.post(`${PROBLEMS}/versions/versions/${number}/publish`, {
        override_reason: 'test',
      });
    await publish(2);
    expect(await seen()).toMatchObject({ version: 2, name: 'Another echo', time_limit_ms: 3000 });
    await publish(1);
    expect(await seen()).toMatchObject({ version: 1, name: 'Echo' });
  });

  it('of what is not there is not found', async () => {
    await published('present');
    for (const path of [
      'present/versions/2/publish',
      'present/versions/x/publish',
      'no/versions/1/publish',
    ]) {
      expect((await api.admin.post(`${PROBLEMS}/${path}`, {})).status).toBe(404);
    }
  });

  it('verifies again only when no verification is under way', async () => {
    await upload(zipPackage(ECHO, 'again'));
    expect((await api.admin.post(`${PROBLEMS}/again/versions/1/verify`)).status).toBe(409);
    await api.database.db.updateTable('verifications').set({ state: 'failed' }).execute();
    const answer = await api.admin.post(`${PROBLEMS}/again/versions/1/verify`);
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({ state: 'queued', version_state: 'verifying' });
  });
});

describe('what solvers see of a problem', () => {
  it('is nothing before a version is published', async () => {
    await upload(zipPackage(ECHO, 'hidden'));
    for (const path of ['hidden', 'hidden/statement', 'hidden/samples', 'hidden/samples/1/input']) {
      expect((await solver.client.get(`${PROBLEMS}/${path}`)).status).toBe(404);
    }
    const list = await solver.client.all<{ id: string }>(PROBLEMS);
    expect(list.map(({ id }) => id)).not.toContain('hidden');
    const all = await api.admin.all<{ id: string }>(`${PROBLEMS}?limit=3`);
    expect(all.map(({ id }) => id)).toContain('hidden');
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('is the statement as it is in the package, and never a page that runs', async () => {
    await published('statements', {
      ...ECHO,
      'statement/problem.sv.pdf': '%PDF-1.4 …',
      'statement/problem.de.html': '<script>alert(1)</script>',
    });
    const markdown = await solver.client.get(`${PROBLEMS}/statements/statement`);
    expect(markdown.text).toBe('# Echo\n\nPrint what you read.\n');
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    const pdf = await solver.client.get(`${PROBLEMS}/statements/statement?language=sv`);
    expect(pdf.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="statements.sv.pdf"',
      'x-content-type-options': 'nosniff',
    });
    const html = await solver.client.get(`${PROBLEMS}/statements/statement?language=de`);
    expect(html.headers['content-disposition']).toMatch(/^attachment/);
    expect(html.headers['content-security-policy']).toContain("default-src 'none'");
    const none = await solver.client.get(`${PROBLEMS}/statements/statement?language=fr`);
    expect(none.status).toBe(404);
  });

  it('is the samples, and nothing of a secret case', async () => {
    await published('samples');
    const answer = await solver.client.get(`${PROBLEMS}/samples/samples`);
    expect(answer.json()).toEqual({
      data: [
        {
          ordinal: 1,
          name: 'sample/1',
          input: 'one\n',
          input_bytes: 4,
          answer: 'one\n',
          answer_bytes: 4,
          truncated: false,
        },
      ],
    });
    const file = await solver.client.get(`${PROBLEMS}/samples/samples/1/answer`);
    expect(file.text).toBe('one\n');
    for (const path of ['2/input', '0/input', '1/secret', 'x/input']) {
      expect((await solver.client.get(`${PROBLEMS}/samples/samples/${path}`)).status).toBe(404);
    }
    const problem = await solver.client.get(`${PROBLEMS}/samples`);
    expect(problem.text + answer.text).not.toContain('secret');
    expect(problem.json()).toMatchObject({ test_data_count: 2, sample_count: 1 });
  });

  it('cuts what is too long to be shown, and says so', async () => {
    const long = 'x'.repeat(100_000);
    await published('long', { ...ECHO, 'data/sample/2.in': long, 'data/sample/2.ans': '\xff' });
    const answer = await solver.client.get(`${PROBLEMS}/long/samples`);
    const { data } = answer.json<{ data: { input: string; truncated: boolean }[] }>();
    expect(data[1]?.input).toHaveLength(64 * 1024);
    expect(data.map(({ truncated }) => truncated)).toEqual([false, true]);
    const whole = await solver.client.get(`${PROBLEMS}/long/samples/2/input`);
    expect(whole.text).toBe(long);
  });

  it('is the published version only', async () => {
    await published('pinned');
    expect((await solver.client.get(`${PROBLEMS}/pinned?version=1`)).status).toBe(403);
    expect((await api.admin.get(`${PROBLEMS}/pinned?version=1`)).status).toBe(200);
    expect((await api.admin.get(`${PROBLEMS}/pinned?version=2`)).status).toBe(404);
    for (const path of ['versions', 'versions/1', 'versions/1/verification']) {
      expect((await solver.client.get(`${PROBLEMS}/pinned/${path}`)).status).toBe(403);
    }
  });

  it('is nothing once the problem is archived, until it is taken back', async () => {
    await published('old');
    const archive = (archived: unknown) => api.admin.patch(`${PROBLEMS}/old`, { archived });
    expect((await archive('yes')).status).toBe(400);
    expect((await archive(true)).json()).toMatchObject({ archived: true });
    expect((await solver.client.get(`${PROBLEMS}/old`)).status).toBe(404);
    expect((await api.admin.get(`${PROBLEMS}/old`)).status).toBe(200);
    await archive(false);
    expect((await solver.client.get(`${PROBLEMS}/old`)).status).toBe(200);
  });
});
