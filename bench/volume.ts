import { sql } from 'kysely';
import { pageOf } from '../src/http/page.js';
import { PgBossQueue } from '../src/queue/pg-boss-queue.js';
import { startApiService, type ApiService } from './setup/api-service.js';
import { describeMachine } from './setup/machine.js';
import { readOptions } from './setup/options.js';
import { seedJudged, seedProblems, seedQueued } from './setup/seed.js';
import { percentile, timed } from './setup/statistics.js';
import { table } from './setup/table.js';

/**
 * Does the service stay as fast when a million submissions were judged? Of the same service, first
 * with the smaller count and then with the larger; as many wait in the queue in both.
 */
const { sizes, queued, times } = readOptions({
  sizes: [10_000, 1_000_000],
  queued: 10_000,
  times: 200,
});

const FILTERS: readonly (readonly [name: string, query: string])[] = [
  ['all', ''],
  ['one problem', 'problem_id=p3'],
  ['problem, language, verdict', 'problem_id=p3&language_id=cpp20&verdict=AC'],
  ['one submitter', 'submitter=student-7'],
  ['submitter, verdict', 'submitter=student-7&verdict=WA'],
  ['language, rare verdict', 'language_id=java&verdict=JE'],
  ['rare verdict', 'verdict=JE'],
  ['waiting', 'state=queued'],
  ['one language', 'language_id=go'],
  ['usual verdict', 'verdict=AC'],
  ['finished', 'state=finished'],
  ['submitter, problem', 'submitter=student-7&problem_id=p3'],
  ['problem, state', 'problem_id=p5&state=finished'],
  ['waiting, of a problem without', 'problem_id=p5&state=queued'],
];

const PAGE = 20;

interface Took {
  readonly ms: readonly number[];
  /** How many submissions were on the page: a fuller one takes longer. */
  readonly rows?: number;
}

type Measured = Map<string, Took>;

async function repeat(work: (index: number) => Promise<unknown>): Promise<readonly number[]> {
  // Plans and pages of the first few are not those of the others.
  for (let index = 0; index < 10; index += 1) await work(index);
  const took: number[] = [];
  for (let index = 0; index < times; index += 1) took.push(await timed(() => work(index)));
  return took;
}

/** @returns how many, of a list. */
async function get({ url, token }: ApiService, path: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/submissions${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { data } = (await response.json()) as { data?: readonly unknown[] };
  if (response.status !== 200) throw new Error(`${path} answers ${response.status}`);
  return data?.length ?? 0;
}

/** A cursor behind nine tenths of all. */
async function deepCursor({ db }: ApiService): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from submissions order by id
    offset (select count(*) / 10 from submissions) limit 1`.execute(db);
  return pageOf([...rows, ...rows], 1, ({ id }) => id).next ?? '';
}

async function sample({ db }: ApiService): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select submission_id as id from judgements where state = 'finished'
    order by random() limit ${times}`.execute(db);
  return rows.map(({ id }) => id);
}

async function claimAnd(
  { db }: ApiService,
  queue: PgBossQueue,
  end: 'giveBack' | 'complete',
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const startMs = performance.now();
    const claimed = await queue.claim();
    took.push(performance.now() - startMs);
    if (claimed === undefined) throw new Error('nothing waits');
    if (end === 'giveBack') await queue.giveBack(claimed.lease);
    else await db.transaction().execute((tx) => queue.complete(claimed.lease, tx));
  }
  return took;
}

async function measure(
  service: ApiService,
  queue: PgBossQueue,
  jobs: readonly string[],
): Promise<Measured> {
  const measured: Measured = new Map();
  const cursor = await deepCursor(service);
  for (const [name, query] of FILTERS) {
    for (const [place, more] of [
      ['', ''],
      [', deep', `&cursor=${encodeURIComponent(cursor)}`],
    ]) {
      const path = `?limit=${PAGE}&${query}${more ?? ''}`;
      const ms = await repeat(() => get(service, path));
      measured.set(`list: ${name}${place ?? ''}`, { ms, rows: await get(service, path) });
    }
  }
  const ids = await sample(service);
  const one = await repeat((index) => get(service, `/${ids[index % ids.length] ?? ''}`));
  const job = (index: number): string => jobs[(index * 37) % jobs.length] ?? '';
  measured.set('one', { ms: one });
  measured.set('position', { ms: await repeat((index) => queue.ahead(job(index))) });
  measured.set('claim, given back', { ms: await claimAnd(service, queue, 'giveBack') });
  measured.set('claim, completed', { ms: await claimAnd(service, queue, 'complete') });
  return measured;
}

function report(small: Measured, large: Measured): string {
  const rows = [...large].map(([name, took]) => {
    const before = small.get(name) ?? { ms: [] };
    const [p50, p95] = [0.5, 0.95].map((share) => [
      percentile(before.ms, share),
      percentile(took.ms, share),
    ]) as [[number, number], [number, number]];
    return [
      name,
      took.rows === undefined ? '' : `${before.rows ?? 0}, ${took.rows}`,
      ...[p50[0], p95[0], p50[1], p95[1]].map((ms) => ms.toFixed(1)),
      ...[p50, p95].map(([less, more]) => (more / less).toFixed(2)),
    ];
  });
  const [few, many] = [sizes[0], sizes.at(-1)].map(String);
  const header = ['what', 'rows', `p50 of ${few ?? ''}`, 'p95', `p50 of ${many ?? ''}`, 'p95'];
  return table([[...header, 'ratio of p50', 'of p95'], ...rows]);
}

console.log(await describeMachine());
await using service = await startApiService();
const queue = new PgBossQueue(service.db, { subscribe: () => () => undefined });
await seedProblems(service);
const measured: Measured[] = [];
let seeded = 0;
for (const size of sizes) {
  const seedMs = await timed(() => seedJudged(service, seeded, size));
  seeded = size;
  // Those that wait are the newest, as they are anywhere, and as many as before.
  await sql`delete from pgboss.job`.execute(service.db);
  await sql`
    update judgements set state = 'cancelled' where state in ('queued', 'judging')`.execute(
    service.db,
  );
  const jobs = await seedQueued(service, queue, queued);
  console.error(`${size} submissions, seeded in ${(seedMs / 1000).toFixed(0)} s`);
  measured.push(await measure(service, queue, jobs));
}
const [small, large] = [measured[0], measured.at(-1)];
if (small !== undefined && large !== undefined) console.log(report(small, large));
