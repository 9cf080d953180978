import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { PROGRAMS } from '../../fixtures/service/echo-problem.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const run = promisify(execFile);
const BLOCK = Buffer.alloc(2 ** 16);
const WAIT = { timeout: 120_000, interval: 250 };
/** What a worker writes. */
const DIRECTORIES = ['packages', 'scratch', 'artifacts', 'compilations'];

/** Fills what is there to be had. */
const FILLERS: readonly { readonly what: string; fill(directory: string): Promise<void> }[] = [
  {
    what: 'bytes',
    async fill(directory) {
      const file = await open(join(directory, 'filler'), 'w');
      try {
        await untilFull(() => file.write(BLOCK));
      } finally {
        await file.close();
      }
    },
  },
  {
    what: 'inodes',
    async fill(directory) {
      let count = 0;
      await untilFull(() => writeFile(join(directory, `filler-${(count += 1)}`), ''));
    },
  },
];

async function untilFull(write: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** A file system of its own, as small as may be, needs root. */
describe.skipIf(process.getuid?.() !== 0)('a disk of the worker that is full (F18)', () => {
  let disk: string;
  let service: TestService;
  let worker: ServiceProcess;
  let submitter: Submitter;
  const expected = new Map<string, Verdict>();
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'minos-worker-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m,nr_inodes=400', 'minos-test', disk]);
    service = await TestService.start();
    for (const name of DIRECTORIES) {
      await mkdir(join(disk, name));
      await mkdir(join(service.directory, name), { recursive: true });
      await run('mount', ['--bind', join(disk, name), join(service.directory, name)]);
    }
    const api = await service.startApi();
    const url = await api.ready();
    await service.publishEcho(url);
    worker = await service.startWorker();
    submitter = new Submitter(service, url);
  });
  afterAll(async () => {
    await service.stopProcesses();
    for (const name of DIRECTORIES) await run('umount', ['-l', join(service.directory, name)]);
    await run('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
    await service.stop();
  });

  async function judgements() {
    const { rows } = await sql<{ id: string; verdict: Verdict | null; reason: string | null }>`
      select submission_id as id, verdict, reason from judgements where current`.execute(
      service.db,
    );
    return rows;
  }

  async function submitAll(): Promise<ReadonlyMap<string, Verdict>> {
    const ids: string[] = [];
    while (ids.length < PROGRAMS.length) ids.push(await submitter.submit());
    const all = await submitter.stop();
    return new Map(ids.map((id) => [id, all.get(id) ?? 'JE']));
  }

  it.each(FILLERS)(
    'in $what, makes judging errors that say so, and is over when there is room',
    async ({ fill }) => {
      await fill(disk);
      const hindered = await submitAll();
      await expect
        .poll(async () => (await judgements()).filter(({ verdict }) => verdict === null), WAIT)
        .toEqual([]);
      for (const { id, verdict, reason } of await judgements()) {
        const right = hindered.get(id);
        if (right === undefined) continue;
        // Whatever could be judged without the disk is judged right.
        expect(verdict === 'JE' ? reason : verdict).toMatch(
          verdict === 'JE' ? /no space left on the disk|ENOSPC/ : right,
        );
        expected.set(id, verdict ?? 'JE');
      }
      expect([...expected.values()]).toContain('JE');
      const { rows } = await sql`select from alerts where resolved_at is null`.execute(service.db);
      expect(rows.length).toBeGreaterThan(0);

      for (const name of await readdir(disk)) {
        if (name.startsWith('filler')) await rm(join(disk, name));
      }
      for (const [id, verdict] of await submitAll()) expected.set(id, verdict);
      await expectJudged(service, expected);
      expect(worker.isAlive).toBe(true);
    },
  );

  it('leaves nothing', async () => {
    await expectNothingLeft(service);
    for (const name of DIRECTORIES) {
      const left = await readdir(join(disk, name));
      expect(left.filter((each) => /^(new-|\.)/.test(each))).toEqual([]);
    }
  });
});
