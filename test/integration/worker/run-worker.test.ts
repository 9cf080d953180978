import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBlobs } from '../../../src/blobs/open-blobs.js';
import { loadConfig } from '../../../src/config/load-config.js';
import type { CustomRunOutcome } from '../../../src/custom-runs/custom-run-outcome.js';
import { Listener } from '../../../src/database/listener.js';
import { newId } from '../../../src/database/new-id.js';
import { JudgeError } from '../../../src/errors.js';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import type { Language } from '../../../src/judging/language.js';
import { SandboxFailure } from '../../../src/judging/ports.js';
import { LanguageRegistry } from '../../../src/languages/language-registry.js';
import type { EventLog } from '../../../src/logs/event-log.js';
import { enablePart, listDisabled } from '../../../src/operations/disabled-parts.js';
import {
  changeWorker,
  listWorkers,
  type AskedState,
} from '../../../src/operations/worker-store.js';
import { PgBossQueue } from '../../../src/queue/pg-boss-queue.js';
import { RETRY_LIMIT } from '../../../src/queue/queue-settings.js';
import { runWorker } from '../../../src/worker/run-worker.js';
import type { WorkerEngine } from '../../../src/worker/worker-engine.js';
import { memoryPorts } from '../../fakes/memory-ports.js';
import { TOY_LANGUAGE } from '../../fakes/sample-problem.js';
import { ScriptedSandbox, type Script } from '../../fakes/scripted-sandbox.js';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.js';
import { startDatabaseProxy } from '../../fixtures/database-proxy.js';

/** A worker over a real database and queue, whose machine is played. */

const CONFIG_FILE = new URL('../../../judge.config.yaml', import.meta.url).pathname;
const WAIT = { timeout: 120_000, interval: 50 };

const SILENT: EventLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => SILENT,
};

interface Machine {
  /** Plays what is run. */
  readonly play: ConstructorParameters<typeof ScriptedSandbox>[0];
  readonly slots?: number;
  readonly prepareToolchain?: WorkerEngine['prepareToolchain'];
}

/** One more, of a toolchain of its own. */
const OTHER_LANGUAGE = { ...TOY_LANGUAGE, id: 'other', aliases: [], toolchain: 'other' };

let database: TestDatabase;
let listener: Listener;
let queue: PgBossQueue;
let dataDirectory: string;
let accountId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  listener = new Listener({ url: database.url });
  queue = new PgBossQueue(database.db, listener);
  dataDirectory = await mkdtemp(join(tmpdir(), 'minos-worker-'));
  accountId = newId();
  await database.db
    .insertInto('accounts')
    .values({ id: accountId, name: 'somebody', admin: false })
    .execute();
});
afterAll(async () => {
  await queue.close();
  await listener.close();
  await database.drop();
  await rm(dataDirectory, { recursive: true });
});
beforeEach(async () => {
  await sql`delete from workers`.execute(database.db);
});

/** Runs a worker while the test does something; it has ended afterwards. */
async function withWorker(
  machine: (onStuck: (message: string) => void) => Machine,
  test: () => Promise<void>,
  languages: readonly Language[] = [TOY_LANGUAGE],
  databaseUrl = database.url,
): Promise<void> {
  const stop = new AbortController();
  const shipped = loadConfig(CONFIG_FILE);
  const running = runWorker(
    {
      config: { ...shipped, dataDirectory },
      databaseUrl,
      blobs: await openBlobs({ directory: join(dataDirectory, 'blobs') }, {}),
      languages: new LanguageRegistry(languages),
      log: SILENT,
      facts: {},
      openEngine: (onStuck) => Promise.resolve(engineOf(machine(onStuck))),
      onReady: () => undefined,
    },
    stop.signal,
  );
  try {
    await test();
  } finally {
    stop.abort(new Error('the test is over'));
    await running;
  }
}

function engineOf({
  play,
  slots = 1,
  prepareToolchain = () => Promise.resolve(),
}: Machine): WorkerEngine {
  return {
    ports: memoryPorts(new ScriptedSandbox(play, slots)),
    prepareToolchain,
    prepareImages: () => Promise.resolve(),
    imageIdOf: () => Promise.resolve('sha256:toy'),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function enqueueCustomRun(languageId = TOY_LANGUAGE.id): Promise<string> {
  const id = newId();
  await database.db.transaction().execute(async (tx) => {
    const job = { kind: 'custom-run', id, lane: 'custom', pending: 0 } as const;
    const jobId = await queue.enqueue(tx, job);
    await tx
      .insertInto('custom_runs')
      .values({
        id,
        account_id: accountId,
        submitter: 'somebody',
        language_id: languageId,
        entry_point: null,
        files: JSON.stringify([{ name: 'main.toy', base64: '' }]),
        stdin: Buffer.from(''),
        cpu_time_limit_ms: 1000,
        memory_limit_bytes: null,
        job_id: jobId,
      })
      .execute();
  });
  return id;
}

/** It has heard of it afterwards: its next sign of life reads what it was asked for. */
async function askFor(state: AskedState, id: string): Promise<void> {
  const heartbeatMs = async () =>
    (await listWorkers(database.db)).find((one) => one.id === id)!.heartbeat_at.getTime();
  const beforeMs = await heartbeatMs();
  await changeWorker(database.db, { id, state, reason: 'a test', accountId });
  await expect.poll(heartbeatMs, WAIT).toBeGreaterThan(beforeMs);
}

async function alertsOf(kind: string): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('alerts')
    .select('message')
    .where('kind', '=', kind)
    .execute();
  return rows.map(({ message }) => message);
}

async function rowOf(id: string) {
  return await database.db
    .selectFrom('custom_runs')
    .select(['state', 'outcome'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

async function expectPrinted(id: string, text: string): Promise<void> {
  await expect.poll(async () => (await rowOf(id)).state, WAIT).toBe('finished');
  const outcome = (await rowOf(id)).outcome as Extract<CustomRunOutcome, { kind: 'executed' }>;
  expect(Buffer.from(outcome.stdout.base64, 'base64').toString()).toBe(text);
}

describe('a worker', () => {
  it('says what its machine is and what its toolchains are', async () => {
    await withWorker(
      () => ({ play: () => ({ prints: 'toy 1.2\n' }) }),
      async () => {
        await expect
          .poll(async () => (await listWorkers(database.db))[0]?.toolchains, WAIT)
          .toEqual({ toy: { state: 'ready', digest: 'sha256:toy', versions: { toy: 'toy 1.2' } } });
      },
    );
    const [worker] = await listWorkers(database.db);
    expect(worker).toMatchObject({ state: 'stopped', alive: false });
  });

  it('puts jobs aside whose language cannot be built, and does them once that is mended (F26)', async () => {
    let isBroken = true;
    const machine = {
      play: () => ({ prints: 'done\n' }),
      prepareToolchain: () =>
        isBroken
          ? Promise.reject(new JudgeError('image-build-failed', 'no mirror answers'))
          : Promise.resolve(),
    };
    await withWorker(
      () => machine,
      async () => {
        const id = await enqueueCustomRun();
        await expect
          .poll(async () => (await listDisabled(database.db)).map(({ part }) => part), WAIT)
          .toEqual(['toy']);
        await expect
          .poll(
            async () => (await queue.depths()).find(({ lane }) => lane === 'custom')?.parked,
            WAIT,
          )
          .toBe(1);
        expect((await rowOf(id)).state).toBe('queued');
        const { rows } = await sql`select from alerts where kind = 'language-disabled'`.execute(
          database.db,
        );
        expect(rows).toHaveLength(1);
        isBroken = false;
        await enablePart(database.db, queue, { kind: 'language', part: 'toy' });
        await expectPrinted(id, 'done\n');
      },
    );
  });

  it('gives its work back, uncounted, while its own sandbox does not work, and goes on by itself', async () => {
    let isBroken = true;
    const states = new Set<string>();
    const play = () => {
      if (isBroken) throw new SandboxFailure('the engine is gone');
      return { prints: 'done\n' };
    };
    await withWorker(
      () => ({ play }),
      async () => {
        const id = await enqueueCustomRun();
        await expect
          .poll(async () => {
            const [worker] = await listWorkers(database.db);
            states.add(worker?.state_reason ?? '');
            return worker?.state;
          }, WAIT)
          .toBe('disabled');
        isBroken = false;
        await expectPrinted(id, 'done\n');
        await expect
          .poll(async () => (await listWorkers(database.db))[0]?.state, WAIT)
          .toBe('active');
      },
    );
    expect([...states]).toContain('the engine is gone');
  });

  it('puts jobs aside whose language never starts while others do (F26)', async () => {
    let isBroken = true;
    const play = ({ toolchain }: { readonly toolchain: string }) => {
      if (isBroken && toolchain === 'other') throw new SandboxFailure('no such interpreter');
      return { prints: 'done\n' };
    };
    await withWorker(
      () => ({ play }),
      async () => {
        const id = await enqueueCustomRun('other');
        await expect
          .poll(async () => (await listDisabled(database.db)).map(({ part }) => part), WAIT)
          .toEqual(['other']);
        await expectPrinted(await enqueueCustomRun(), 'done\n');
        expect((await listWorkers(database.db))[0]?.state).toBe('active');
        expect((await rowOf(id)).state).toBe('queued');
        isBroken = false;
        await enablePart(database.db, queue, { kind: 'language', part: 'other' });
        await expectPrinted(id, 'done\n');
      },
      [TOY_LANGUAGE, OTHER_LANGUAGE],
    );
  });

  it('switches a language off whose compiler starts but rejects what is right', async () => {
    let isBroken = true;
    // An image without the compiler proper says its version still.
    const play = (request: ExecutionRequest): Script =>
      isBroken && request.toolchain === 'other' && request.purpose === 'compile'
        ? { end: { kind: 'exited', exitCode: 127 } }
        : { prints: '42\n' };
    await withWorker(
      () => ({ play }),
      async () => {
        const id = await enqueueCustomRun('other');
        await expect
          .poll(async () => (await listDisabled(database.db)).map(({ part }) => part), WAIT)
          .toEqual(['other']);
        expect((await rowOf(id)).state).toBe('queued');
        isBroken = false;
        await enablePart(database.db, queue, { kind: 'language', part: 'other' });
        await expectPrinted(id, '42\n');
      },
      [TOY_LANGUAGE, { ...OTHER_LANGUAGE, probe: 'print number' }],
    );
  });

  it('leaves to another worker what fails on it alone, and takes it again once it works', async () => {
    let isBroken = true;
    const broken = {
      play: ({ toolchain }: { readonly toolchain: string }) => ({ prints: `${toolchain} here\n` }),
      prepareToolchain: (toolchain: string) =>
        isBroken && toolchain === 'other'
          ? Promise.reject(new JudgeError('image-build-failed', 'the disk is full'))
          : Promise.resolve(),
    };
    const both = [TOY_LANGUAGE, OTHER_LANGUAGE];
    let letGo: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (letGo = resolve));
    const sound = {
      play: async ({ command }: { readonly command: readonly string[] }) => {
        if (!command.includes('--version')) await released;
        return { prints: 'there\n' };
      },
    };
    const toolchainsOf = async () =>
      (await listWorkers(database.db)).map(({ toolchains }) => toolchains);
    await withWorker(
      () => sound,
      async () => {
        await expect
          .poll(toolchainsOf, WAIT)
          .toMatchObject([{ toy: { state: 'ready' }, other: { state: 'ready' } }]);
        const [other] = await listWorkers(database.db);
        const first = await enqueueCustomRun('other');
        await expect.poll(async () => (await rowOf(first)).state, WAIT).toBe('judging');
        await withWorker(
          () => broken,
          async () => {
            await expect.poll(toolchainsOf, WAIT).toContainEqual(
              expect.objectContaining({
                other: expect.objectContaining({ state: 'failed' }) as unknown,
              }),
            );
            // The other one is busy: the broken one is the first to take this.
            const id = await enqueueCustomRun('other');
            await expect
              .poll(() => alertsOf('language-fails-on-worker'), WAIT)
              .toEqual(['the language other fails on one worker, others do it: the disk is full']);
            letGo();
            for (const each of [first, id]) await expectPrinted(each, 'there\n');
            expect(await listDisabled(database.db)).toEqual([]);
            // With nobody else to do it, it is tried here again.
            await askFor('paused', other!.id);
            isBroken = false;
            await expectPrinted(await enqueueCustomRun('other'), 'other here\n');
          },
          both,
        );
      },
      both,
    );
  });

  it('switches a language off for all when it fails on every worker', async () => {
    const broken = {
      play: () => ({ prints: 'done\n' }),
      prepareToolchain: () => Promise.reject(new JudgeError('image-build-failed', 'no mirror')),
    };
    const disabled = async () => (await listDisabled(database.db)).map(({ part }) => part);
    await withWorker(
      () => broken,
      () =>
        withWorker(
          () => broken,
          async () => {
            await enqueueCustomRun();
            await expect.poll(disabled, WAIT).toEqual(['toy']);
            await expect
              .poll(
                async () => (await queue.depths()).find(({ lane }) => lane === 'custom')?.parked,
                WAIT,
              )
              .toBe(1);
          },
        ),
    );
    await sql`delete from pgboss.job`.execute(database.db);
    await enablePart(database.db, queue, { kind: 'language', part: 'toy' });
  });

  it('works on jobs alone whose last attempt ended with its worker (F25)', async () => {
    let running = 0;
    let most = 0;
    const machine = {
      slots: 2,
      play: async ({ command }: { readonly command: readonly string[] }) => {
        if (command.includes('--version')) return {};
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 200));
        running -= 1;
        return { prints: 'done\n' };
      },
    };
    const finishAll = async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) await expectPrinted(id, 'done\n');
    };
    const fresh = [await enqueueCustomRun(), await enqueueCustomRun()];
    await withWorker(
      () => machine,
      () => finishAll(fresh),
    );
    expect(most).toBe(2);
    most = 0;
    const suspects = [await enqueueCustomRun(), await enqueueCustomRun()];
    await queue.claim();
    await queue.claim();
    await sql`
      update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'
    `.execute(database.db);
    await queue.expire();
    await withWorker(
      () => machine,
      () => finishAll(suspects),
    );
    expect(most).toBe(1);
  });

  it('counts no attempt that it lost because it was cut off from the database (F27)', async () => {
    const proxy = await startDatabaseProxy(database.url);
    let goOn: () => void = () => undefined;
    let started = 0;
    const play = async ({ command }: { readonly command: readonly string[] }) => {
      if (command.includes('--version')) return {};
      started += 1;
      if (started === 1) await new Promise<void>((resolve) => (goOn = resolve));
      return { prints: 'done\n' };
    };
    await withWorker(
      () => ({ play }),
      async () => {
        const id = await enqueueCustomRun();
        await expect.poll(() => started, WAIT).toBe(1);
        await proxy.set('refuse');
        proxy.cut();
        // It asks whether it still has the lease every five seconds: once in vain.
        await new Promise((resolve) => setTimeout(resolve, 6000));
        await sql`
          update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'
        `.execute(database.db);
        await queue.expire();
        await proxy.set('pass');
        goOn();
        await expectPrinted(id, 'done\n');
        const { rows } = await sql`
          select retry_count - (retry_limit - ${RETRY_LIMIT}) as counted from pgboss.job
          where data->>'id' = ${id}`.execute(database.db);
        expect(rows).toEqual([{ counted: 0 }]);
        const audited = await sql`
          select from audit_entries where action = 'stale-result' and object = ${id}`.execute(
          database.db,
        );
        expect(audited.rows).toHaveLength(1);
      },
      [TOY_LANGUAGE],
      proxy.url,
    );
    await proxy.close();
  });

  it('takes no job while it is paused', async () => {
    await withWorker(
      () => ({ play: () => ({ prints: 'done\n' }) }),
      async () => {
        await expect.poll(async () => (await listWorkers(database.db)).length, WAIT).toBe(1);
        const [worker] = await listWorkers(database.db);
        await askFor('paused', worker!.id);
        const id = await enqueueCustomRun();
        // Longer than it ever waits for the next look.
        await new Promise((resolve) => setTimeout(resolve, 3000));
        expect((await rowOf(id)).state).toBe('queued');
        await askFor('active', worker!.id);
        await expectPrinted(id, 'done\n');
      },
    );
  });

  it('tells staff once of containers that cannot be removed, and goes on', async () => {
    await withWorker(
      (onStuck) => {
        onStuck('the daemon is silent');
        onStuck('the daemon is silent');
        return { play: () => ({ prints: 'done\n' }) };
      },
      async () => {
        await expectPrinted(await enqueueCustomRun(), 'done\n');
        const stuck = async () => {
          const { rows } = await sql<{ message: string }>`
            select message from alerts where kind = 'container-stuck'`.execute(database.db);
          return rows;
        };
        await expect.poll(stuck, WAIT).toHaveLength(1);
        expect((await stuck())[0]?.message).toContain('the daemon is silent');
      },
    );
  });

  it('gives back what does not end in time when it is stopped, and the next one does it', async () => {
    let started = 0;
    let id = '';
    await withWorker(
      () => ({
        play: ({ command }, signal) => {
          if (command.includes('--version')) return {};
          started += 1;
          return new Promise<Script>((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason as Error));
          });
        },
      }),
      async () => {
        id = await enqueueCustomRun();
        await expect.poll(() => started, WAIT).toBeGreaterThan(0);
      },
    );
    expect((await rowOf(id)).state).toBe('queued');
    await withWorker(
      () => ({ play: () => ({ prints: 'done\n' }) }),
      () => expectPrinted(id, 'done\n'),
    );
  });
});
