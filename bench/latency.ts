import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { startApiService, type ApiService } from './setup/api-service.js';
import { openEngine } from './setup/engine.js';
import { describeMachine } from './setup/machine.js';
import { driversFrom, readOptions } from './setup/options.js';
import { percentile, timed } from './setup/statistics.js';
import { judgeSum, sumProblem, sumSubmission } from './setup/sum-problem.js';
import { table } from './setup/table.js';
import { startWorker } from './setup/worker-process.js';

/**
 * How long from submitting to the verdict, through the service and its worker on one slot; what do
 * those who only look wait meanwhile; and what does the service add to judging itself?
 */
const {
  driver: name,
  users,
  submissions,
  alone,
} = readOptions({
  driver: 'docker',
  users: [1, 10, 100],
  // At least; each user submits once at least.
  submissions: 30,
  alone: 20,
});
const [driver = 'docker'] = driversFrom([name]);

const LANGUAGE = 'python3';
const CASES = 3;
const PROBLEM = 'sum';
const LOOK_PAUSE_MS = 20;

interface Submitted {
  readonly id: string;
  readonly judgement: { readonly state: string; readonly judgement_type_id: string | null };
}

async function call<T>(
  { url, token }: ApiService,
  path: string,
  init?: { readonly type: string; readonly body: Uint8Array<ArrayBuffer> | string },
): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    ...(init === undefined ? {} : { method: 'POST', body: init.body }),
    headers: {
      authorization: `Bearer ${token}`,
      ...(init === undefined ? {} : { 'content-type': init.type }),
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const json = (body: unknown) => ({ type: 'application/json', body: JSON.stringify(body) });

async function publishSum(service: ApiService): Promise<void> {
  const archive = pack();
  const add = (path: string, text: string): void => {
    archive.entry({ name: `sum/${path}` }, text);
  };
  add('problem.yaml', 'problem_format_version: 2025-09\nname: Sum\nlimits: {time_limit: 5}\n');
  add('statement/problem.en.md', '# Sum\n');
  add('submissions/accepted/sum.py', 'a, b = map(int, input().split())\nprint(a + b)\n');
  for (let index = 0; index < CASES; index += 1) {
    add(`data/secret/${index}.in`, `${index} 1\n`);
    add(`data/secret/${index}.ans`, `${index + 1}\n`);
  }
  archive.finalize();
  const body = new Uint8Array(await buffer(archive.pipe(createGzip())));
  await call(service, `problems?name=${PROBLEM}`, { type: 'application/gzip', body });
  const publish = json({ override_reason: 'for a bench' });
  await call(service, `problems/${PROBLEM}/versions/1/publish`, publish);
}

let sources = 0;

/** Never the same source twice, so that it is compiled each time. */
async function submitAndWait(service: ApiService): Promise<void> {
  const source = `# ${(sources += 1)}\na, b = map(int, input().split())\nprint(a + b)\n`;
  let submitted = await call<Submitted>(
    service,
    'submissions?wait=30',
    json({ problem_id: PROBLEM, language_id: LANGUAGE, source }),
  );
  while (submitted.judgement.state !== 'finished') {
    submitted = await call<Submitted>(service, `submissions/${submitted.id}?wait=30`);
  }
  const { judgement_type_id: verdict } = submitted.judgement;
  if (verdict !== 'AC') throw new Error(`the verdict is ${String(verdict)}`);
}

/** Looks at the list and at the newest, one after the other, until it is told to end. */
async function look(service: ApiService, done: AbortSignal): Promise<readonly number[]> {
  const took: number[] = [];
  while (!done.aborted) {
    let newest: Submitted | undefined;
    took.push(
      await timed(async () => {
        const { data } = await call<{ data: Submitted[] }>(service, 'submissions?limit=20');
        newest = data[0];
      }),
    );
    const id = newest?.id;
    if (id !== undefined) took.push(await timed(() => call(service, `submissions/${id}`)));
    await sleep(LOOK_PAUSE_MS);
  }
  return took;
}

async function measure(service: ApiService, count: number): Promise<string[]> {
  const each = Math.max(1, Math.ceil(submissions / count));
  const done = new AbortController();
  const looking = look(service, done.signal);
  const verdictMs: number[] = [];
  const tookMs = await timed(() =>
    Promise.all(
      Array.from({ length: count }, async () => {
        for (let index = 0; index < each; index += 1) {
          verdictMs.push(await timed(() => submitAndWait(service)));
        }
      }),
    ),
  );
  done.abort();
  const looks = await looking;
  return [
    String(count),
    String(verdictMs.length),
    ...[verdictMs, looks].flatMap((ms) =>
      [0.5, 0.95].map((share) => percentile(ms, share).toFixed(0)),
    ),
    (verdictMs.length / (tookMs / 1000)).toFixed(1),
  ];
}

/** In turns: what one submission takes through the service, and what its judging takes by itself. */
async function overhead(service: ApiService): Promise<string> {
  await using engine = await openEngine(driver, { languages: [LANGUAGE] });
  const problem = sumProblem(CASES);
  const direct = () => judgeSum(sumSubmission(engine.language(LANGUAGE)), problem, engine.ports);
  await direct();
  const [through, core]: [number[], number[]] = [[], []];
  for (let index = 0; index < alone; index += 1) {
    through.push(await timed(() => submitAndWait(service)));
    core.push(await timed(direct));
  }
  const rows = [0.5, 0.95].map((share) => {
    const [service, judged] = [percentile(through, share), percentile(core, share)];
    return [`p${share * 100}`, ...[service, judged, service - judged].map((ms) => ms.toFixed(0))];
  });
  return table([['', 'through the service, ms', 'judged directly, ms', 'more, ms'], ...rows]);
}

console.log(`${await describeMachine()}; ${driver}, one slot, ${LANGUAGE}, ${CASES} cases`);
await using service = await startApiService();
await using _worker = await startWorker(service, driver, LANGUAGE);
await publishSum(service);
// With the first come the image and whatever the problem's verification takes.
for (let index = 0; index < 3; index += 1) await submitAndWait(service);
console.log(await overhead(service));
const rows: string[][] = [];
for (const count of users) rows.push(await measure(service, count));
const header = ['users', 'submissions', 'verdict p50 ms', 'p95', 'GET p50 ms', 'p95', 'verdicts/s'];
console.log(table([header, ...rows]));
