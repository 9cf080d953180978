import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeProblem } from '../../contracts/native-host.js';
import { ECHO, LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { TestService } from '../../fixtures/service/test-service.js';

/** `MINOS_TEST_RUNS=10000` for the long one. */
const RUNS = Number(process.env['MINOS_TEST_RUNS'] ?? 2000);
const CASES = 50;
const WARM_RUNS = 500;
const MIB = 2 ** 20;
const CASE_NUMBERS = Array.from({ length: CASES }, (_, index) => index + 1);

interface Footprint {
  readonly descriptors: number;
  readonly residentBytes: number;
  readonly connections: number;
  readonly scratch: number;
}

describe.skipIf(nativeProblem() !== undefined)(`a worker that judges ${RUNS} cases (F33)`, () => {
  let service: TestService;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  beforeAll(async () => {
    service = await TestService.start({ config: { sandbox: { driver: 'native' } } });
    api = await service.startApi();
    await service.publishEcho(await api.ready(), {
      ...ECHO,
      ...Object.fromEntries(
        CASE_NUMBERS.flatMap((number) => [
          [`data/secret/${number}.in`, `${number}\n`],
          [`data/secret/${number}.ans`, `${number}\n`],
        ]),
      ),
    });
    worker = await service.startWorker();
  });
  afterAll(() => service.stop());

  const verdicts = new Map<string, 'AC'>();

  async function judge(runs: number): Promise<void> {
    const url = await api.ready();
    const count = Math.ceil(runs / CASES);
    for (let done = 0; done < count; done += 1) {
      const { body } = await service.request(`${url}/api/v1/submissions`, {
        json: { problem_id: 'echo', language_id: LANGUAGE, source: `cat # ${verdicts.size}\n` },
      });
      verdicts.set(String(body['id']), 'AC');
    }
    await expectJudged(service, verdicts);
  }

  async function footprint({ pid }: ServiceProcess): Promise<Footprint> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database()`.execute(service.db);
    const [own = ''] = await readdir(join(service.directory, 'scratch'));
    return {
      descriptors: (await readdir(`/proc/${pid}/fd`)).length,
      residentBytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024,
      connections: rows.length,
      scratch: (await readdir(join(service.directory, 'scratch', own))).length,
    };
  }

  it('grows in nothing', { timeout: 60 * 60_000 }, async () => {
    await judge(WARM_RUNS);
    const before = await Promise.all([worker, api].map(footprint));
    await judge(RUNS - WARM_RUNS);
    const after = await Promise.all([worker, api].map(footprint));
    for (const [index, now] of after.entries()) {
      const then = before[index];
      expect(now.descriptors).toBeLessThanOrEqual((then?.descriptors ?? 0) + 12);
      expect(now.residentBytes).toBeLessThanOrEqual((then?.residentBytes ?? 0) + 96 * MIB);
      expect(now.connections).toBeLessThanOrEqual((then?.connections ?? 0) + 8);
      expect(now.scratch).toBe(0);
    }
    await expectNothingLeft(service);
  });
});
