import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import { allowedCores } from '../../../src/sandbox/slots.js';
import { nativeProblem, testCgroups } from '../../contracts/native-host.js';
import { ECHO, LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { TestService } from '../../fixtures/service/test-service.js';
import { directoriesIn } from '../sandbox/targets.js';

const WAIT = { timeout: 4 * 60_000, interval: 250 };
const MIB = 2 ** 20;
/** For all containers, and for a neighbour that leaves them little of it. */
const SHARED_BYTES = 256 * MIB;
const NEIGHBOUR_BYTES = 160 * MIB;
/** What there is to be said when nobody can do better. It is tried again, and is nobody's verdict. */
const OUR_FAULT = /the machine was too busy|the machine ran out of memory/;

/** Uses 0.9 s of CPU, and 30 MB, whatever the clock on the wall says. */
const NINE_TENTHS = `
memory=$(head -c 15000000 /dev/zero | tr '\\0' x)
until ((used >= 90)); do read -r -a stat </proc/self/stat; used=$((stat[13] + stat[14])); done
cat
`;

describe.skipIf(nativeProblem() !== undefined)('a machine that others use up (F32)', () => {
  let service: TestService;
  let url: string;
  let worker: ServiceProcess;
  const neighbours: ChildProcess[] = [];
  /** Of the neighbour that is in memory. */
  let hungry = '';
  beforeAll(async () => {
    service = await TestService.start({ config: { sandbox: { driver: 'native' } } });
    const api = await service.startApi();
    url = await api.ready();
    const oneCase = Object.entries(ECHO).filter(([name]) => !name.startsWith('data/secret/'));
    await service.publishEcho(url, {
      ...Object.fromEntries(oneCase),
      'problem.yaml': 'problem_format_version: 2025-09\nname: Echo\nlimits: {time_limit: 1}\n',
    });
    worker = await service.startWorker();
  });
  afterAll(async () => {
    await endNeighbours();
    await service.stop();
  });

  async function endNeighbours(): Promise<void> {
    for (const each of neighbours.splice(0)) {
      each.kill('SIGKILL');
      await once(each, 'exit');
    }
    // Its pipe has ended, and so do those that it is the parent of.
    if (hungry !== '')
      await expect
        .poll(
          () =>
            rmdir(hungry).then(
              () => true,
              () => false,
            ),
          WAIT,
        )
        .toBe(true);
    hungry = '';
  }

  /** One that computes, on each core. */
  async function stealCpu(): Promise<void> {
    for (const core of await allowedCores()) {
      const loop = ['-c', String(core), 'sh', '-c', 'while :; do :; done'];
      neighbours.push(spawn('taskset', loop, { stdio: 'ignore' }));
    }
  }

  /** One with the containers in a cgroup that has little more than it takes. */
  async function pressMemory(): Promise<void> {
    const engine = await engineOf(worker.pid);
    const limit = testCgroups('any').version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
    await writeFile(join(engine, limit), String(SHARED_BYTES));
    hungry = join(engine, 'neighbour');
    await mkdir(hungry);
    // `tail` keeps the line until it ends, which it does not.
    const script = `echo 0 >cgroup.procs; (head -c ${NEIGHBOUR_BYTES} /dev/zero; cat) | tail -n 1`;
    const neighbour = spawn('sh', ['-c', script], {
      cwd: hungry,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    neighbours.push(neighbour);
    const stat = () => readFile(join(hungry, 'memory.stat'), 'utf8');
    await expect
      .poll(async () => Number(/^(?:rss|anon) (\d+)$/m.exec(await stat())?.[1]), WAIT)
      .toBeGreaterThan(NEIGHBOUR_BYTES);
  }

  /** The cgroup above all containers of a worker. */
  async function engineOf(pid: number): Promise<string> {
    const top = dirname(testCgroups('any').pathOf(''));
    for (const engine of await directoriesIn(top)) {
      const launchers = await directoriesIn(join(top, engine));
      if (launchers.some((name) => name.split('.')[2] === String(pid))) return join(top, engine);
    }
    throw new Error('the worker has no cgroup');
  }

  /** The verdict of a new submission, with what is said of a judging error. */
  async function judged(): Promise<{ readonly verdict: Verdict; readonly reason: string }> {
    const { body } = await service.request(`${url}/api/v1/submissions`, {
      json: { problem_id: 'echo', language_id: LANGUAGE, source: NINE_TENTHS },
    });
    const row = async () => {
      const { rows } = await sql<{ verdict: Verdict | null; reason: string }>`
        select verdict, reason from judgements
        where submission_id = ${String(body['id'])} and current`.execute(service.db);
      return rows[0];
    };
    await expect.poll(async () => (await row())?.verdict ?? null, WAIT).not.toBeNull();
    const { verdict, reason } = (await row())!;
    return { verdict: verdict ?? 'JE', reason };
  }

  it.each([
    ['their core', stealCpu],
    ['their memory', pressMemory],
  ])('blames no program that is within its limits, when others have %s', async (_, press) => {
    await press();
    const { verdict, reason } = await judged();
    if (verdict === 'JE') expect(reason).toMatch(OUR_FAULT);
    else expect(verdict).toBe('AC');
    await endNeighbours();
  });

  it('leaves nothing', () => expectNothingLeft(service));
});
