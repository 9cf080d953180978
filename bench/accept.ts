import autocannon from 'autocannon';
import { PROBLEM, startApiService, type ApiService } from './setup/api-service.js';
import { describeMachine } from './setup/machine.js';
import { readOptions } from './setup/options.js';
import { table } from './setup/table.js';

/** How many submissions are accepted a second, when nobody judges? Client and database beside it. */
const { seconds, connections } = readOptions({ seconds: 10, connections: [1, 10, 50, 100] });

const SOURCE = '#include <iostream>\nint main() { int a, b; std::cin >> a >> b; }\n'.repeat(10);

interface Row {
  readonly accepted: number;
  readonly result: autocannon.Result;
}

async function accept(service: ApiService, count: number, durationS: number): Promise<Row> {
  const before = await countSubmissions(service);
  const result = await autocannon({
    url: `${service.url}/api/v1/submissions`,
    connections: count,
    duration: durationS,
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ problem_id: PROBLEM, language_id: 'cpp20', source: SOURCE }),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} were refused, ${result.errors} failed`);
  }
  const accepted = (await countSubmissions(service)) - before;
  // What was under way at the end is stored without an answer.
  if (accepted < result['2xx']) throw new Error(`${result['2xx']} accepted, ${accepted} stored`);
  return { accepted: result['2xx'], result };
}

async function countSubmissions({ db }: ApiService): Promise<number> {
  const { count } = await db
    .selectFrom('submissions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

console.log(await describeMachine());
await using service = await startApiService();
await accept(service, 10, 3);
const rows: string[][] = [];
for (const count of connections) {
  const { accepted, result } = await accept(service, count, seconds);
  const { p50, p97_5: p975, p99 } = result.latency;
  rows.push([count, Math.round(accepted / result.duration), p50, p975, p99].map(String));
}
console.log(table([['connections', 'accepted/s', 'p50 ms', 'p97.5 ms', 'p99 ms'], ...rows]));
