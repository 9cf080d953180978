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
 * Does the service stay as fast when a million submissions were judged? Of two services, one with the
 * smaller count and one with the larger, asked in turns, so that both have the machine as it is then;
 * as many wait in the queue of both.
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

/** One of the two services. */
interface Side {
  readonly service: ApiService;
  readonly queue: PgBossQueue;
  readonly size: number;
  /** Of those that wait. */
  readonly jobs: readonly string[];
  /** Of judged submissions. */
  readonly ids: readonly string[];
  /** Behind nine tenths of all. */
  readonly cursor: string;
  readonly measured: Measured;
}

/** The work in turns; `rows` is looked up at the end. */
async function inTurns(
  sides: readonly Side[],
  name: string,
  work: (side: Side, index: number) => Promise<number | undefined>,
): Promise<void> {
  const ms = sides.map((): number[] => []);
  const rows = sides.map((): number | undefined => undefined);
  // Plans and pages of the first few are not those of the others.
  for (let index = -10; index < times; index += 1) {
    for (const [place, side] of sides.entries()) {
      const tookMs = await timed(async () => {
        rows[place] = await work(side, index + 10);
      });
      if (index >= 0) ms[place]?.push(tookMs);
    }
  }
  for (const [place, { measured }] of sides.entries()) {
    const count = rows[place];
    measured.set(name, {
      ms: ms[place] ?? [],
      ...(typeof count === 'number' ? { rows: count } : {}),
    });
  }
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

async function claim({ service, queue }: Side, end: 'giveBack' | 'complete'): Promise<number> {
  const startMs = performance.now();
  const claimed = await queue.claim();
  const tookMs = performance.now() - startMs;
  if (claimed?.kind !== 'job') throw new Error('nothing waits');
  if (end === 'giveBack') await queue.giveBack(claimed.lease);
  else await service.db.transaction().execute((tx) => queue.complete(claimed.lease, tx));
  return tookMs;
}

/** Only the claiming is timed. */
async function claimInTurns(sides: readonly Side[], end: 'giveBack' | 'complete'): Promise<void> {
  const ms = sides.map((): number[] => []);
  for (let index = 0; index < times; index += 1) {
    for (const [place, side] of sides.entries()) ms[place]?.push(await claim(side, end));
  }
  const name = end === 'giveBack' ? 'claim, given back' : 'claim, completed';
  for (const [place, { measured }] of sides.entries()) {
    measured.set(name, { ms: ms[place] ?? [] });
  }
}

async function measure(sides: readonly Side[]): Promise<void> {
  for (const [name, query] of FILTERS) {
    const path = `?limit=${PAGE}&${query}`;
    await inTurns(sides, `list: ${name}`, ({ service }) => get(service, path));
    await inTurns(sides, `list: ${name}, deep`, ({ service, cursor }) =>
      get(service, `${path}&cursor=${encodeURIComponent(cursor)}`),
    );
  }
  await inTurns(sides, 'one', async ({ service, ids }, index) => {
    await get(service, `/${ids[index % ids.length] ?? ''}`);
    return undefined;
  });
  await inTurns(sides, 'position', async ({ queue, jobs }, index) => {
    await queue.ahead(jobs[(index * 37) % jobs.length] ?? '');
    return undefined;
  });
  await claimInTurns(sides, 'giveBack');
  await claimInTurns(sides, 'complete');
}

function report({ measured: small, ...one }: Side, { measured: large, ...other }: Side): string {
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
  const header = ['what', 'rows', `p50 of ${one.size}`, 'p95', `p50 of ${other.size}`, 'p95'];
  return table([[...header, 'ratio of p50', 'of p95'], ...rows]);
}

async function prepare(service: ApiService, size: number): Promise<Side> {
  const queue = new PgBossQueue(service.db, { subscribe: () => () => undefined });
  await seedProblems(service);
  const seedMs = await timed(() => seedJudged(service, 0, size));
  // Those that wait are the newest, as they are anywhere.
  const jobs = await seedQueued(service, queue, queued);
  console.error(`${size} submissions, seeded in ${(seedMs / 1000).toFixed(0)} s`);
  const [ids, cursor] = [await sample(service), await deepCursor(service)];
  return { service, queue, size, jobs, ids, cursor, measured: new Map() };
}

console.log(await describeMachine());
await using first = await startApiService();
await using second = await startApiService();
const [few = 0, many = 0] = sizes;
const sides = [await prepare(first, few), await prepare(second, many)] as const;
await measure(sides);
console.log(report(...sides));
