import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../../src/blobs/blobs.js';
import { BLOBS } from '../../../src/blobs/blobs.module.js';
import { createContext } from '../../../src/cli/context.js';
import { openJudgingEngine } from '../../../src/cli/judging-engine.js';
import type { Ports } from '../../../src/judging/ports.js';
import {
  giveUpVerification,
  verifyVersion,
  type VerificationPorts,
} from '../../../src/problems/verification/verify-version.js';
import { VersionPackages } from '../../../src/problems/version-packages.js';
import type { Lease, Queue } from '../../../src/queue/queue.js';
import { QUEUE } from '../../../src/queue/queue.module.js';
import { memoryPorts } from '../../fakes/memory-ports.js';
import { ScriptedSandbox, type Script } from '../../fakes/scripted-sandbox.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { ECHO, zipPackage, type PackageFiles } from '../../fixtures/package-archive.js';

const PROBLEMS = '/api/v1/problems';

let api: TestApi;
let queue: Queue;
let directory: string;

interface Report {
  readonly state: string;
  readonly version_state: string;
  readonly done: number;
  readonly total: number;
  readonly error: string | null;
  readonly time_limit_ms: number | null;
  readonly examples: readonly { submission: string; ok: boolean; judgement_type_id: string }[];
  readonly checks: readonly { check: string; ok: boolean; notes: readonly string[] }[];
}

beforeAll(async () => {
  api = await startApi();
  queue = api.app.get<Queue>(QUEUE);
  directory = await mkdtemp(join(tmpdir(), 'minos-verification-'));
});

afterAll(async () => {
  await api.close();
  await rm(directory, { recursive: true, force: true });
});

/** Uploads, and takes the lease of the verification as a worker does. */
async function uploaded(files: PackageFiles, name: string, query = ''): Promise<Lease> {
  const answer = await api.admin.post(`${PROBLEMS}${query}`, zipPackage(files, name), {
    'content-type': 'application/zip',
  });
  expect(answer.status).toBe(202);
  return await claim();
}

async function claim(): Promise<Lease> {
  const claimed = await queue.claim();
  if (claimed?.kind !== 'job') throw new Error('no job waits');
  expect(claimed.lease.kind).toBe('verification');
  return claimed.lease;
}

async function portsOf(
  judging: Ports,
  prepareImages: VerificationPorts['prepareImages'] = () => Promise.resolve(),
): Promise<VerificationPorts> {
  const { config, languages } = await createContext({}, new AbortController().signal);
  return {
    db: api.database.db,
    queue,
    packages: new VersionPackages({
      blobs: api.app.get<Blobs>(BLOBS),
      directory: join(directory, 'packages'),
      context: { languages, defaultLimits: config.limits },
    }),
    ports: judging,
    prepareImages,
    dataDirectory: directory,
  };
}

/**
 * A machine on which every program prints what it reads, but those whose source says "one". Its
 * languages are known to work, so that only programs of packages are executed.
 */
function scripted(before: (executed: number) => void | Promise<void> = () => undefined): Ports {
  let executed = 0;
  const ports = memoryPorts(
    new ScriptedSandbox(async (request): Promise<Script> => {
      if (request.purpose !== 'run') return {};
      executed += 1;
      await before(executed);
      const source = await textOf(request.files[0]?.content.read());
      return { prints: source.includes('one') ? 'one\n' : await textOf(request.stdin.read()) };
    }),
  );
  return { ...ports, prove: () => Promise.resolve() };
}

async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function report(name: string): Promise<Report> {
  return (await api.admin.get(`${PROBLEMS}/${name}/versions/1/verification`)).json<Report>();
}

describe('the verification of a version', () => {
  it('ends green with a report, and then the version can be published', async () => {
    const lease = await uploaded(ECHO, 'green');
    expect(await report('green')).toMatchObject({ state: 'queued', version_state: 'verifying' });
    expect(await verifyVersion(lease, await portsOf(scripted()))).toBe('finished');
    const done = await report('green');
    expect(done).toMatchObject({ state: 'finished', version_state: 'green', error: null });
    expect(done.done).toBe(done.total);
    expect(done.examples).toMatchObject([
      { submission: 'submissions/accepted/cat.py', ok: true, judgement_type_id: 'AC' },
      { submission: 'submissions/wrong_answer/constant.py', ok: true, judgement_type_id: 'WA' },
    ]);
    expect(done.checks.every(({ ok }) => ok)).toBe(true);
    const published = await api.admin.post(`${PROBLEMS}/green/versions/1/publish`, {});
    expect(published.json()).toMatchObject({ published: true, override_reason: null });
    expect(await queue.claim()).toBeUndefined();
  });

  it('ends red for an example that does something else', async () => {
    const files = { ...ECHO, 'submissions/wrong_answer/right.py': 'print(input())' };
    await verifyVersion(await uploaded(files, 'red'), await portsOf(scripted()));
    const done = await report('red');
    expect(done.version_state).toBe('red');
    expect(done.examples.filter(({ ok }) => !ok)).toMatchObject([
      { submission: 'submissions/wrong_answer/right.py', judgement_type_id: 'AC' },
    ]);
    expect((await api.admin.post(`${PROBLEMS}/red/versions/1/publish`, {})).status).toBe(409);
  });

  it('publishes a version that asked for it, with the time limit it found', async () => {
    const files = { ...ECHO, 'problem.yaml': 'problem_format_version: 2025-09\nname: Echo\n' };
    const lease = await uploaded(files, 'wanted', '?publish=true');
    await verifyVersion(lease, await portsOf(scripted()));
    const problem = await api.admin.get(`${PROBLEMS}/wanted`);
    expect(problem.json()).toMatchObject({ published: true, time_limit_ms: 1000 });
    expect((await report('wanted')).time_limit_ms).toBe(1000);
  });

  it('publishes nothing that is red, though it was asked to', async () => {
    const files = { ...ECHO, 'submissions/accepted/bad.py': 'print("one")' };
    await verifyVersion(
      await uploaded(files, 'unwanted', '?publish=true'),
      await portsOf(scripted()),
    );
    expect((await api.admin.get(`${PROBLEMS}/unwanted`)).json()).toMatchObject({
      published: false,
    });
  });

  it('goes on where a stopped worker was', async () => {
    const lease = await uploaded(ECHO, 'stopped');
    const stopping = new AbortController();
    // The first example has two cases; the second example is stopped in its first.
    const until = scripted((executed) => {
      if (executed === 3) stopping.abort(new Error('the worker stops'));
    });
    await expect(verifyVersion(lease, await portsOf(until), stopping.signal)).rejects.toThrow(
      'the worker stops',
    );
    await queue.giveBack(lease);
    expect(await report('stopped')).toMatchObject({ state: 'running', done: 1 });
    let executed = 0;
    const next = await portsOf(scripted(() => void (executed += 1)));
    expect(await verifyVersion(await claim(), next)).toBe('finished');
    expect(await report('stopped')).toMatchObject({ version_state: 'green' });
    // One case of the second example is enough to reject it; the first example is not run again.
    expect(executed).toBeLessThanOrEqual(2);
  });

  it('of a worker that lost its lease changes nothing any more', async () => {
    const lease = await uploaded(ECHO, 'lost');
    let other: Lease | undefined;
    const ports = await portsOf(
      scripted(async (executed) => {
        if (executed !== 1) return;
        // Nobody heard of this worker for long: another one has the job by now. Words that are being
        // written may still prolong the lease.
        while (other === undefined) {
          await sql`update pgboss.job set heartbeat_on = now() - interval '1 hour'
            where id = ${lease.jobId}`.execute(api.database.db);
          await queue.expire();
          const claimed = await queue.claim();
          if (claimed?.kind === 'job') other = claimed.lease;
        }
      }),
    );
    expect(await verifyVersion(lease, ports)).toBe('lease-lost');
    expect(await report('lost')).toMatchObject({ state: 'running', done: 0 });
    expect(await verifyVersion(other!, await portsOf(scripted()))).toBe('finished');
    expect(await report('lost')).toMatchObject({ version_state: 'green' });
  });

  it('that could not be done is nobody’s mark, says why, and can be tried again', async () => {
    const lease = await uploaded(ECHO, 'failed');
    await giveUpVerification(lease, 'the worker that had it was not heard of any more', {
      db: api.database.db,
      queue,
    });
    expect(await report('failed')).toMatchObject({
      state: 'failed',
      version_state: 'failed',
      error: 'the worker that had it was not heard of any more',
    });
    expect((await api.admin.post(`${PROBLEMS}/failed/versions/1/verify`)).status).toBe(202);
    await verifyVersion(await claim(), await portsOf(scripted()));
    expect(await report('failed')).toMatchObject({ version_state: 'green' });
  });

  it('fetches a package again that was changed on this disk', async () => {
    const lease = await uploaded(ECHO, 'changed');
    const ports = await portsOf(scripted());
    const versions = await api.database.db
      .selectFrom('problem_versions')
      .innerJoin('problems', 'problems.id', 'problem_id')
      .select(['name', 'archive_sha256', 'package_hash', 'cpu_time_limit_ms'])
      .where('name', '=', 'changed')
      .executeTakeFirstOrThrow();
    const version = {
      name: 'changed',
      archiveSha256: versions.archive_sha256,
      packageHash: versions.package_hash,
      cpuTimeLimitMs: versions.cpu_time_limit_ms,
    };
    await ports.packages.open(version);
    const root = join(directory, 'packages', version.archiveSha256, 'changed');
    await rm(join(root, 'data/secret/1.ans'));
    const fresh = await portsOf(scripted());
    expect((await fresh.packages.open(version)).packageHash).toBe(version.packageHash);
    expect(await verifyVersion(lease, fresh)).toBe('finished');
  });

  it('is told as it happens, from where a client was', async () => {
    const lease = await uploaded(ECHO, 'told');
    const address = await api.listen();
    const follow = async (lastEventId: string): Promise<string> => {
      const url = `${address}${PROBLEMS}/told/versions/1/verification/events`;
      const answer = await fetch(url, {
        headers: {
          authorization: `Bearer ${api.adminAccount.token}`,
          'last-event-id': lastEventId,
        },
      });
      expect(answer.headers.get('content-type')).toContain('text/event-stream');
      return await answer.text();
    };
    const following = follow('0');
    await verifyVersion(lease, await portsOf(scripted()));
    const told = await following;
    expect([...told.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['1', '2', '3', '4']);
    expect(told.match(/^event: example$/gm)).toHaveLength(2);
    expect(told).toMatch(/event: finished\ndata: {"state":"finished","done":4,"total":4/);
    const rest = await follow('3');
    expect([...rest.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['4']);
  });
});

describe('with real containers', () => {
  it('verifies a small package with a validator of its own', async () => {
    const { config, ...context } = await createContext({}, new AbortController().signal);
    await using engine = await openJudgingEngine({
      ...context,
      config: {
        ...config,
        dataDirectory: join(directory, 'engine'),
        sandbox: { ...config.sandbox, driver: 'docker', slots: 1, ahead: 1, firstUid: 64_200 },
      },
    });
    const validator = [
      'import sys',
      'answer = open(sys.argv[2], "rb").read().split()',
      'sys.exit(42 if sys.stdin.buffer.read().split() == answer else 43)',
    ].join('\n');
    const files = { ...ECHO, 'output_validator/validate.py': validator };
    const lease = await uploaded(files, 'real');
    const ports = await portsOf(engine.ports, (jobs) => engine.prepareImages(jobs));
    expect(await verifyVersion(lease, ports)).toBe('finished');
    const done = await report('real');
    expect(done.checks.map(({ check, ok, notes }) => ({ check, ok, notes }))).toEqual(
      done.checks.map(({ check }) => ({ check, ok: true, notes: [] })),
    );
    expect(done).toMatchObject({ version_state: 'green' });
    expect(done.checks.filter(({ check }) => check.startsWith('output validator'))).toHaveLength(4);
  });
});
