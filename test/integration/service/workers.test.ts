import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { TestService } from '../../fixtures/service/test-service.js';
import { JudgingClient } from './judging-client.js';

const WAIT = { timeout: 5 * 60_000, interval: 50 };

interface WorkerView {
  readonly id: string;
  readonly state: string;
  readonly alive: boolean;
  readonly judging: number;
  readonly toolchains: Readonly<
    Record<string, { readonly state: string; readonly versions?: Readonly<Record<string, string>> }>
  >;
}

describe('two workers on one database', () => {
  let service: TestService;
  let client: JudgingClient;
  let first: ServiceProcess;
  let second: ServiceProcess;
  let ids: { readonly first: string; readonly second: string };
  const expected = new Map<string, 'AC'>();
  beforeAll(async () => {
    service = await TestService.start({ config: { sandbox: { driver: 'docker', slots: 1 } } });
    const api = await service.startApi();
    client = new JudgingClient(service, await api.ready());
    await service.publishEcho(await api.ready());
    first = await service.startWorker();
    const [only] = await workers();
    second = await service.startWorker();
    const other = (await workers()).find(({ id }) => id !== only?.id);
    ids = { first: only?.id ?? '', second: other?.id ?? '' };
  });
  afterAll(() => service.stop());

  const workers = async () => (await client.get('workers'))['data'] as readonly WorkerView[];
  const workerOf = async (id: string) => (await workers()).find((worker) => worker.id === id);

  /** @returns by whom they were judged. */
  async function judged(count: number, source = 'cat'): Promise<ReadonlySet<string | null>> {
    const submitted: string[] = [];
    for (let number = 0; number < count; number += 1) {
      const id = await client.submit({ source: `${source} # ${expected.size}\n` });
      expected.set(id, 'AC');
      submitted.push(id);
    }
    for (const id of submitted) await client.expectVerdict(id, 'AC');
    const states = await Promise.all(submitted.map((id) => client.current(id)));
    return new Set(states.map(({ worker_id }) => worker_id));
  }

  it('show what their toolchains are', async () => {
    for (const id of [ids.first, ids.second]) {
      await expect
        .poll(async () => (await workerOf(id))?.toolchains['bash'], WAIT)
        .toMatchObject({
          state: 'ready',
          versions: { bash: expect.stringMatching(/^GNU bash/) as string },
        });
    }
  });

  it('share what waits, and judge each once', async () => {
    expect(await judged(8)).toEqual(new Set([ids.first, ids.second]));
    const { rows } = await sql`
      select submission_id from judgements group by submission_id
      having count(*) <> 1 or max(attempt) <> 1`.execute(service.db);
    expect(rows).toEqual([]);
    const runs = await sql`
      select judgement_id from runs group by judgement_id having count(*) <> 3`.execute(service.db);
    expect(runs.rows).toEqual([]);
  });

  it.each(['paused', 'draining'] as const)('go on without one that is %s', async (state) => {
    const slow = await client.submit({ source: `sleep 2; cat # ${state}\n` });
    expected.set(slow, 'AC');
    await expect.poll(() => client.current(slow), WAIT).toMatchObject({ state: 'judging' });
    const { worker_id: busy } = await client.current(slow);
    const path = `workers/${String(busy)}`;
    await client.patch(path, { state, reason: 'a test' });
    const other = busy === ids.first ? ids.second : ids.first;
    expect(await judged(3)).toEqual(new Set([other]));
    // What it had, it finished.
    await client.expectVerdict(slow, 'AC');
    expect(await client.current(slow)).toMatchObject({ worker_id: busy, attempt: 1 });
    expect(await workerOf(String(busy))).toMatchObject({ state, alive: true, judging: 0 });
    await client.patch(path, { state: 'active' });
  });

  it('go on without one that is killed, do what it had, and are two again', async () => {
    const slow = await client.submit({ source: 'sleep 2; cat # killed\n' });
    expected.set(slow, 'AC');
    await expect.poll(() => client.current(slow), WAIT).toMatchObject({ state: 'judging' });
    const { worker_id: busy } = await client.current(slow);
    const [dies, lives] = busy === ids.first ? [first, ids.second] : [second, ids.first];
    await dies.kill();
    expect(await judged(3)).toEqual(new Set([lives]));
    await client.expectVerdict(slow, 'AC');
    expect(await client.current(slow)).toMatchObject({ worker_id: lives, attempt: 2 });
    // The next one clears up after it, and takes its place.
    await service.startWorker();
    await client.patch(`workers/${lives}`, { state: 'paused', reason: 'a test' });
    const [next] = await judged(1);
    expect([ids.first, ids.second]).not.toContain(next);
    await expectJudged(service, expected);
    await expectNothingLeft(service);
  });
});
