import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashImage, testClient } from '../../contracts/docker-engine.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';
import { OwnEngine } from '../sandbox/own-engine.js';
import { seeded } from './random.js';

/*
 * Everything is killed, again and again, while submissions come in and are judged. What is killed is
 * started again after a moment, as `minos start` does. At the end nothing is lost, doubled or wrong.
 *
 *   MINOS_KILL_LOOP_MINUTES=30 npx vitest run --project integration test/integration/faults/kill-loop.test.ts
 *
 * MINOS_KILL_LOOP_SEED repeats the choices of a run, though not its timing.
 */
const MINUTES = Number(process.env['MINOS_KILL_LOOP_MINUTES'] ?? '3');
const SEED = Number(process.env['MINOS_KILL_LOOP_SEED'] ?? String(Date.now() % 2 ** 31));
const MINUTE_MS = 60_000;

/** Between one kill and the next: long enough for some work to be done. */
const PAUSE_MS = { least: 3000, most: 9000 };
const LONGEST_ABSENCE_MS = 1500;
const CLIENTS = 3;
/** More must not wait to be judged at the end. */
const MOST_UNJUDGED = 12;

const VICTIMS = ['api', 'worker', 'database', 'daemon'] as const;
type Victim = (typeof VICTIMS)[number];

describe(`a kill loop of ${MINUTES} minutes with seed ${SEED}`, () => {
  const random = seeded(SEED);
  const kills = new Map<Victim, number>(VICTIMS.map((victim) => [victim, 0]));
  let engine: OwnEngine;
  let service: TestService;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  beforeAll(async () => {
    const client = await testClient();
    engine = await OwnEngine.start(client, await bashImage(client));
    service = await TestService.start({ dockerHost: engine.host });
    api = await service.startApi();
    await service.publishEcho(await api.ready());
    worker = await service.startWorker();
  });
  afterAll(async () => {
    await service.stop();
    await engine.stop();
  });

  /** @returns how to bring it back. */
  async function kill(victim: Victim): Promise<() => Promise<void>> {
    switch (victim) {
      case 'api': {
        const { port } = new URL(await api.ready());
        await api.kill();
        return async () => {
          api = await restarted(() => service.startApi(Number(port)));
        };
      }
      case 'worker':
        await worker.kill();
        return async () => {
          worker = await restarted(() => service.startWorker());
        };
      case 'database':
        await service.killDatabase();
        return () => service.startDatabase();
      case 'daemon':
        await engine.kill();
        return () => engine.restart();
    }
  }

  /** Who cannot start, because what it needs is not there yet, is started again. */
  async function restarted(start: () => Promise<ServiceProcess>): Promise<ServiceProcess> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await start();
      } catch (error) {
        if (attempt === 20) throw error;
        await sleep(1000);
      }
    }
  }

  /**
   * Whether a submission has lost two workers already. What loses three of them is given up, which is
   * right (F25): then the next victim must be another.
   */
  async function isLastAttempt(): Promise<boolean> {
    const jobs = sql`
      select from pgboss.job
      where state < 'completed'
        and (select count(*) from jsonb_object_keys(coalesce(output -> 'expired', '{}'))) >= 2`;
    // A database that has just come back may not answer at once.
    return await jobs.execute(service.db).then(
      ({ rows }) => rows.length > 0,
      () => true,
    );
  }

  async function unjudged(): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from judgements where current and state <> 'finished'`.execute(
      service.db,
    );
    return rows[0]?.count ?? 0;
  }

  it(
    'loses nothing, doubles nothing, and finds no verdict wrong',
    { timeout: MINUTES * MINUTE_MS + 20 * MINUTE_MS },
    async () => {
      const submitter = new Submitter(service, await api.ready());
      submitter.start(CLIENTS, {
        pauseMs: 500,
        isFull: async () => (await unjudged().catch(() => Infinity)) >= MOST_UNJUDGED,
      });
      const endsAtMs = Date.now() + MINUTES * MINUTE_MS;
      while (Date.now() < endsAtMs) {
        await sleep(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
        const chosen = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? 'worker';
        const victim = chosen === 'worker' && (await isLastAttempt()) ? 'api' : chosen;
        kills.set(victim, (kills.get(victim) ?? 0) + 1);
        const bringBack = await kill(victim);
        await sleep(random() * LONGEST_ABSENCE_MS);
        await bringBack();
      }
      const expected = await submitter.stop();
      console.info(`${expected.size} submissions, kills: ${JSON.stringify([...kills])}`);
      // More than nothing was done in spite of it all.
      expect(expected.size).toBeGreaterThan(5 * MINUTES);
      await expectJudged(service, expected);
      await expectNothingLeft(service);
    },
  );
});
