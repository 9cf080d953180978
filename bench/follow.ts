import { request } from 'node:http';
import { appendEvents } from '../src/events/append-events.js';
import { PROBLEM, startApiService, type ApiService } from './setup/api-service.js';
import { describeMachine } from './setup/machine.js';
import { readOptions } from './setup/options.js';
import { residentMib } from './setup/resident-memory.js';
import { table } from './setup/table.js';

/** How late do events reach many clients, and what do they cost the API? */
const { clients, events } = readOptions({ clients: [20, 2000], events: 20 });

interface Judged {
  readonly submissionId: string;
  readonly judgementId: string;
}

async function submit({ url, token }: ApiService): Promise<Judged> {
  const response = await fetch(`${url}/api/v1/submissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ problem_id: PROBLEM, language_id: 'c', source: 'int main() {}' }),
  });
  const { id, judgement } = (await response.json()) as { id: string; judgement: { id: string } };
  return { submissionId: id, judgementId: judgement.id };
}

interface Client {
  readonly arrivedMs: number[];
  readonly close: () => void;
}

/** Notes when each `judgement.run` comes. */
async function follow({ url, token }: ApiService, { submissionId }: Judged): Promise<Client> {
  const arrivedMs: number[] = [];
  const sent = request(`${url}/api/v1/submissions/${submissionId}/events`, {
    agent: false,
    headers: { authorization: `Bearer ${token}` },
  }).end();
  await new Promise<void>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      response
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => {
          const text = chunk.toString('latin1');
          if (text.includes('judgement.queued')) resolve();
          for (const _ of text.matchAll(/event: judgement\.run/g))
            arrivedMs.push(performance.now());
        });
    });
  });
  return { arrivedMs, close: () => sent.destroy() };
}

const percentile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(0);

async function measure(service: ApiService, count: number, shared: boolean): Promise<string[]> {
  const one = await submit(service);
  const judged: Judged[] = [];
  for (let index = 0; index < count; index += 1) {
    judged.push(shared ? one : await submit(service));
  }
  const followers: Client[] = [];
  for (const each of judged) followers.push(await follow(service, each));
  const told = [...new Set(judged)];
  const sentMs: number[] = [];
  for (let ordinal = 1; ordinal <= events; ordinal += 1) {
    sentMs.push(performance.now());
    await service.db.transaction().execute((tx) =>
      appendEvents(
        tx,
        told.map((each) => ({ ...each, type: 'judgement.run' as const, data: { ordinal } })),
      ),
    );
    await Promise.all(
      followers.map(async ({ arrivedMs }) => {
        while (arrivedMs.length < ordinal) await new Promise((resolve) => setTimeout(resolve, 5));
      }),
    );
  }
  const delays = followers
    .flatMap(({ arrivedMs }) => arrivedMs.map((ms, index) => ms - (sentMs[index] ?? NaN)))
    .sort((a, b) => a - b);
  const memory = residentMib(service.pid);
  for (const { close } of followers) close();
  return [
    String(count),
    shared ? 'the same' : 'each its own',
    percentile(delays, 0.5),
    percentile(delays, 0.95),
    String(memory),
  ];
}

console.log(await describeMachine());
await using service = await startApiService();
const rows: string[][] = [];
for (const shared of [true, false]) {
  for (const count of clients) rows.push(await measure(service, count, shared));
}
console.log(table([['clients', 'of', 'p50 ms', 'p95 ms', 'API MiB'], ...rows]));
