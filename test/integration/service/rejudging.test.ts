import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ECHO } from '../../fixtures/service/echo-problem.js';
import { expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { TestService } from '../../fixtures/service/test-service.js';
import { JudgingClient } from './judging-client.js';

const WAIT = { timeout: 5 * 60_000, interval: 50 };
const SHIPPED = new URL('../../../judge.config.yaml', import.meta.url);

interface LanguageFile {
  readonly compile: readonly string[];
}

const IN_C =
  '#include <stdio.h>\nint main(void) { int c; while ((c = getchar()) != EOF) putchar(c); }\n';

describe('rejudging', () => {
  let service: TestService;
  let client: JudgingClient;
  let worker: ServiceProcess;
  /** Prints what it reads, in Bash and in C; and what is so of the first version only. */
  let cat: string;
  let inC: string;
  let guessing: string;
  beforeAll(async () => {
    service = await TestService.start({ config: { sandbox: { driver: 'docker', slots: 1 } } });
    await compileC((flags) => flags);
    const api = await service.startApi();
    client = new JudgingClient(service, await api.ready());
    await service.publishEcho(await api.ready());
    worker = await service.startWorker();
    cat = await client.submit({ source: 'cat\n' });
    inC = await client.submit({ source: IN_C, language: 'c' });
    guessing = await client.submit({ source: 'sed s/changed/guessed/\n' });
    for (const id of [cat, inC, guessing]) await client.expectVerdict(id, 'AC');
  });
  afterAll(() => service.stop());

  /** Has C beside the others, compiled as it is shipped but for this. */
  async function compileC(change: (flags: readonly string[]) => readonly string[]): Promise<void> {
    const file = join(service.directory, 'judge.config.yaml');
    const config = parse(await readFile(file, 'utf8')) as Record<string, Record<string, unknown>>;
    const shipped = parse(await readFile(SHIPPED, 'utf8')) as {
      readonly languages: Readonly<Record<'c', LanguageFile>>;
    };
    const { c } = shipped.languages;
    const languages = { ...config['languages'], c: { ...c, compile: change(c.compile) } };
    await writeFile(file, stringify({ ...config, languages }));
  }

  it('runs again what a changed test needs, and takes over the rest', async () => {
    await client.upload('echo', {
      ...ECHO,
      'data/secret/2.in': 'changed\n',
      'data/secret/2.ans': 'changed\n',
    });
    const id = await client.rejudge({ version: 2 });
    await client.expectRejudged(id);
    const rest = ['sample/1 AC taken over', 'secret/1 AC taken over'];
    for (const submission of [cat, inC]) {
      expect(await client.rejudged(id, submission)).toEqual([...rest, 'secret/2 AC']);
    }
    expect(await client.rejudged(id, guessing)).toEqual([...rest, 'secret/2 WA']);
    expect(await client.get(`rejudgings/${id}`)).toMatchObject({
      preview: { gains: 0, loses: 1 },
    });
    await client.expectVerdict(guessing, 'AC');
    await client.post(`rejudgings/${id}/apply`);
    await client.expectVerdict(guessing, 'WA');
    await client.expectVerdict(cat, 'AC');
  });

  it('takes nothing over when the limits changed', async () => {
    await client.upload('echo', {
      ...ECHO,
      'problem.yaml': 'problem_format_version: 2025-09\nname: Echo\nlimits: {time_limit: 4}\n',
    });
    const id = await client.rejudge({ version: 3, incremental: true });
    await client.expectRejudged(id);
    for (const submission of [cat, inC, guessing]) {
      expect(await client.rejudged(id, submission)).toEqual([
        'sample/1 AC',
        'secret/1 AC',
        'secret/2 AC',
      ]);
    }
    await client.post(`rejudgings/${id}/apply`);
  });

  it('takes nothing over of what is compiled otherwise, and all of what is not', async () => {
    await worker.stop();
    await compileC((flags) => flags.map((flag) => (flag === '-O2' ? '-O1' : flag)));
    worker = await service.startWorker();
    const id = await client.rejudge({ own_versions: true, incremental: true });
    await client.expectRejudged(id);
    const cases = ['sample/1 AC', 'secret/1 AC', 'secret/2 AC'];
    expect(await client.rejudged(id, inC)).toEqual(cases);
    expect(await client.rejudged(id, cat)).toEqual(cases.map((said) => `${said} taken over`));
    await client.post(`rejudgings/${id}/cancel`);
  });

  it('gives way between two cases where there is one slot, and ends all the same', async () => {
    const slow = await client.submit({ source: 'sleep 1; cat\n' });
    await client.expectVerdict(slow, 'AC');
    const id = await client.rejudge({ filter: { submission_ids: [slow] } });
    const judging = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from judgements
        where rejudging_id = ${id} and state = 'judging'`.execute(service.db);
      return rows[0]?.count;
    };
    await expect.poll(judging, WAIT).toBe(1);
    await client.expectVerdict(await client.submit({ source: 'cat #\n' }), 'AC');
    expect(await client.rejudgingState(id)).toBe('computing');
    await client.expectRejudged(id);
    const attempts = await sql`
      select attempt, verdict from judgements where rejudging_id = ${id}`.execute(service.db);
    expect(attempts.rows).toEqual([{ attempt: 1, verdict: 'AC' }]);
    await client.post(`rejudgings/${id}/cancel`);
  });

  it('that is cancelled while it is judged changes nothing, and is told from a stale result', async () => {
    const slow = await client.submit({ source: 'sleep 2; cat\n' });
    await client.expectVerdict(slow, 'AC');
    const before = await client.current(slow);
    const id = await client.rejudge({ filter: { submission_ids: [slow] } });
    const made = async () =>
      await service.db
        .selectFrom('judgements')
        .select(['id', 'state', 'verdict'])
        .where('rejudging_id', '=', id)
        .executeTakeFirstOrThrow();
    await expect.poll(made, WAIT).toMatchObject({ state: 'judging' });
    await client.post(`rejudgings/${id}/cancel`);
    const audited = async () => {
      const { rows } = await sql<{ action: string }>`
        select action from audit_entries where object = ${(await made()).id}`.execute(service.db);
      return rows;
    };
    await expect.poll(audited, WAIT).toEqual([{ action: 'cancelled-result' }]);
    expect(await made()).toMatchObject({ state: 'cancelled', verdict: null });
    expect(await client.current(slow)).toEqual(before);
    expect(worker.isAlive).toBe(true);
    await expectNothingLeft(service);
  });
});
