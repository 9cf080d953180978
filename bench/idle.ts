import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PROBLEM, startApiService, type ApiService } from './setup/api-service.js';
import { describeMachine } from './setup/machine.js';
import { readOptions } from './setup/options.js';
import { residentMib } from './setup/resident-memory.js';
import { table } from './setup/table.js';

/** What do thousands of clients that only wait cost the API, and those that ask for something? */
const { clients, requests } = readOptions({ clients: 5000, requests: 200 });

type Waiting = 'nobody' | 'silent' | 'long polls' | 'streams';

async function submissionPath({ url, token }: ApiService): Promise<string> {
  const response = await fetch(`${url}/api/v1/submissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ problem_id: PROBLEM, language_id: 'c', source: 'int main() {}' }),
  });
  const { id } = (await response.json()) as { id: string };
  return `/api/v1/submissions/${id}`;
}

/** What each says after connecting. */
function requestOf(waiting: Waiting, path: string, { token }: ApiService): string {
  const target = { nobody: '', silent: '', 'long polls': '?wait=60', streams: '/events' }[waiting];
  return waiting === 'long polls' || waiting === 'streams'
    ? `GET ${path}${target} HTTP/1.1\r\nHost: minos\r\nAuthorization: Bearer ${token}\r\n\r\n`
    : '';
}

/** One after the other, so that no queue of the kernel is what is measured. */
async function connectAll(service: ApiService, text: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(service.url);
  const sockets: Socket[] = [];
  for (let count = 0; count < clients; count += 1) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.on('error', () => undefined).resume();
    if (text !== '') socket.write(text);
    sockets.push(socket);
  }
  return sockets;
}

async function latenciesMs({ url, token }: ApiService, path: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < requests; count += 1) {
    const startedAtMs = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`answered ${String(answer.status)}`);
    times.push(performance.now() - startedAtMs);
  }
  return times.sort((a, b) => a - b);
}

const percentile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(1);

async function measure(waiting: Waiting): Promise<string[]> {
  await using service = await startApiService();
  const path = await submissionPath(service);
  await latenciesMs(service, path);
  const sockets =
    waiting === 'nobody' ? [] : await connectAll(service, requestOf(waiting, path, service));
  const latencies = await latenciesMs(service, path);
  const memory = residentMib(service.pid);
  const open = sockets.filter(({ closed }) => !closed).length;
  for (const socket of sockets) socket.destroy();
  return [
    waiting,
    String(open),
    percentile(latencies, 0.5),
    percentile(latencies, 0.95),
    String(memory),
  ];
}

console.log(await describeMachine());
const rows: string[][] = [];
for (const waiting of ['nobody', 'silent', 'long polls', 'streams'] as const) {
  const row = await measure(waiting);
  console.log(row.join('  '));
  rows.push(row);
}
console.log(table([['waiting', 'open', 'p50 ms', 'p95 ms', 'API MiB'], ...rows]));
