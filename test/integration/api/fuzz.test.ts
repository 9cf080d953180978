import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/database/new-id.js';
import type { ApiRequest } from '../../fixtures/api/api-client.js';
import type { OpenApiDocument, OpenApiMedia } from '../../fixtures/api/contract-check.js';
import { operationsOf, type NamedOperation } from '../../fixtures/api/operations-of.js';
import { populate, populatedPath, type Population } from '../../fixtures/api/populate.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

/*
 * Every operation of the document, with requests that nearly fit: each part is the documented example,
 * or one of the values that break programs. The client holds every answer to the document, and here
 * none may be a fault of ours.
 */

const SEED = 20_261_125;
const REQUESTS_EACH = 60;

const STRANGE: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  1e18,
  0.5,
  true,
  [],
  {},
  [null],
  { constructor: { prototype: 1 } },
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
  "'; drop table submissions; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '1e400',
  'NaN',
  newId(),
];

const STRANGE_IN_PATHS = [
  'nothing',
  '%00',
  '..%2f..',
  '%ff',
  'x'.repeat(300),
  '-1',
  '1e9',
  '%F0%9F%92%A5',
  "'",
];

const RAW_BODIES = ['', '{', '[]', '"text"', 'null', '{"a":1}}', '{"__proto__":{"a":1}}', '1e400'];

let api: TestApi;
let document: OpenApiDocument;
let operations: readonly NamedOperation[];
let population: Population;

beforeAll(async () => {
  api = await startApi();
  const answer = await api.app.inject({ method: 'GET', url: '/openapi.json' });
  document = answer.json<OpenApiDocument>();
  operations = operationsOf(document);
  population = await populate(api);
});
afterAll(() => api.close());

const strange = fc.constantFrom(...STRANGE);

/** The example, with some of its members left out, changed, or added to. */
function nearly(example: unknown): fc.Arbitrary<unknown> {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) {
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant(example) },
      { weight: 1, arbitrary: strange },
    );
  }
  const members = Object.fromEntries(
    Object.entries(example).map(([name, value]) => [
      name,
      fc.oneof({ weight: 4, arbitrary: fc.constant(value as unknown) }, nearly(value), strange),
    ]),
  );
  return fc
    .tuple(
      fc.record(members, { requiredKeys: [] }),
      fc.option(fc.record({ surprise: strange }), { nil: {}, freq: 8 }),
    )
    .map(([body, extra]) => ({ ...body, ...extra }));
}

function examplesOf(media: OpenApiMedia): readonly unknown[] {
  const named = Object.values(media.examples ?? {}).map(({ value }) => value);
  return media.example === undefined ? named : [media.example, ...named];
}

function exampleOf(media: OpenApiMedia): unknown {
  return examplesOf(media)[0] ?? {};
}

function propertiesOf(media: OpenApiMedia): Readonly<Record<string, unknown>> {
  const { $ref, properties } = media.schema as { $ref?: string; properties?: object };
  if ($ref === undefined) return { ...properties };
  const name = $ref.slice($ref.lastIndexOf('/') + 1);
  const schema = document.components.schemas[name] as { properties?: object } | undefined;
  return { ...schema?.properties };
}

/** Those of the schema too: examples leave out most that is optional. */
function membersOf(media: OpenApiMedia, example: object): ReadonlySet<string> {
  return new Set([...Object.keys(example), ...Object.keys(propertiesOf(media))]);
}

function nullable(media: OpenApiMedia, member: string): boolean {
  return JSON.stringify(propertiesOf(media)[member] ?? {}).includes('"null"');
}

function pathOf({ path, operation }: NamedOperation): fc.Arbitrary<string> {
  const values = fc.constantFrom(newId(), '1', 'hello', ...STRANGE_IN_PATHS);
  const made = fc.array(values, { minLength: 3, maxLength: 3 }).map((chosen) => {
    let index = 0;
    return path.replaceAll(/\{\w+\}/g, () => chosen[index++ % 3] ?? '1');
  });
  // A stream of what is there may go on for ever.
  const streams = operation.responses['200']?.content?.['text/event-stream'] !== undefined;
  const there = streams ? undefined : populatedPath(population, path);
  return there === undefined ? made : fc.oneof(made, fc.constant(there));
}

function queryOf({ operation }: NamedOperation): fc.Arbitrary<string> {
  const names = (operation.parameters ?? [])
    // Nobody waits for a minute here.
    .filter((parameter) => parameter.in === 'query' && parameter.name !== 'wait')
    .map(({ name }) => name);
  const value = fc.constantFrom(
    '1',
    '0',
    '-1',
    '',
    'AC',
    'true',
    '%00',
    '1e9',
    'x',
    '[]',
    '%ff',
    newId(),
  );
  return fc
    .array(fc.tuple(fc.constantFrom(...names, 'surprise'), value), { maxLength: 3 })
    .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('&'));
}

interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function bodyOf({ operation }: NamedOperation): fc.Arbitrary<Body> {
  const content = operation.requestBody?.content ?? {};
  const json = content['application/json'];
  const raw = (type: string) =>
    fc
      .constantFrom(...RAW_BODIES)
      .map((body) => ({ headers: { 'content-type': type }, body: Buffer.from(body) }));
  const types = [...Object.keys(content), 'application/json', 'text/plain', 'nonsense'].filter(
    (type) => !type.startsWith('multipart/'),
  );
  const fitting =
    json === undefined
      ? fc.constant<Body>({ headers: {} })
      : fc.oneof(...[...examplesOf(json), {}].slice(0, 2).map(nearly)).map((body) => ({
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(JSON.stringify(body)),
        }));
  return fc.oneof(
    { weight: 6, arbitrary: fitting },
    { weight: 1, arbitrary: fc.constantFrom(...types).chain(raw) },
    { weight: 1, arbitrary: fc.constant<Body>({ headers: {} }) },
  );
}

function requestOf(operation: NamedOperation): fc.Arbitrary<ApiRequest> {
  return fc
    .tuple(pathOf(operation), queryOf(operation), bodyOf(operation))
    .map(([path, query, { headers, body }]) => ({
      method: operation.method as ApiRequest['method'],
      url: query === '' ? path : `${path}?${query}`,
      headers,
      ...(operation.method === 'GET' || body === undefined ? {} : { body }),
    }));
}

describe('whatever is sent to it', () => {
  it.each(['POST /api/v1/submissions', 'POST /api/v1/custom-runs', 'POST /api/v1/accounts'])(
    '%s takes its own examples, so that what is made of it is refused for its fault alone',
    async (name) => {
      const found = operations.find((operation) => operation.name === name);
      const json = found?.operation.requestBody?.content['application/json'];
      if (found === undefined || json === undefined) throw new Error(`${name} has no body`);
      for (const example of examplesOf(json)) {
        expect((await api.admin.post(found.path, example)).status).toBe(201);
      }
    },
  );

  it('as any member of a body is never a fault, and null only where the schema has it', async () => {
    const faults: string[] = [];
    for (const { name, method, path, operation } of operations) {
      const json = operation.requestBody?.content['application/json'];
      if (json === undefined) continue;
      const url = populatedPath(population, path) ?? path.replaceAll(/\{\w+\}/g, newId());
      const example = exampleOf(json) as Readonly<Record<string, unknown>>;
      for (const member of membersOf(json, example)) {
        for (const value of STRANGE) {
          const request = { method: method as ApiRequest['method'], url };
          const status = await statusOf({ ...request, body: { ...example, [member]: value } });
          const taken = value === null && !nullable(json, member) && Number(status) < 400;
          if (typeof status === 'string' || status >= 500 || taken) {
            faults.push(`${name} ${member}=${JSON.stringify(value).slice(0, 80)}: ${status}`);
          }
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it('the API answers as its document says, and never with a fault of its own', async () => {
    const faults: string[] = [];
    for (const operation of operations) {
      await fc
        .assert(
          fc.asyncProperty(requestOf(operation), async (request) => {
            try {
              const { status, text } = await api.admin.send(request);
              if (status >= 500) throw new Error(`${String(status)}: ${text}`);
            } catch (error) {
              throw new Error(
                `${request.method} ${request.url} ${String(request.body)}: ${(error as Error).message}`,
                { cause: error },
              );
            }
          }),
          { seed: SEED, numRuns: REQUESTS_EACH },
        )
        .catch((error: unknown) => faults.push((error as Error).message.slice(0, 1500)));
    }
    expect(faults).toEqual([]);
  });
});

/** Or in what the answer differs from the document. */
async function statusOf(request: ApiRequest): Promise<number | string> {
  try {
    return (await api.admin.send(request)).status;
  } catch (error) {
    return (error as Error).message.slice(0, 300);
  }
}
