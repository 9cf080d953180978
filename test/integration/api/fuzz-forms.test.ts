import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../../fixtures/api/contract-check.js';
import { operationsOf, type NamedOperation } from '../../fixtures/api/operations-of.js';
import { populate } from '../../fixtures/api/populate.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { ECHO, zipPackage } from '../../fixtures/package-archive.js';
import { zipOf } from '../../unit/problems/zip-of.js';

/*
 * Every operation that takes a form, with forms that nearly fit: documented parts with usual and with
 * strange values, as texts and as files, twice, under odd names; and forms that are broken on the wire.
 * The client holds every answer to the document, and none may be a fault of ours.
 */

const SEED = 20_261_125;
const FORMS_EACH = 150;
const BOUNDARY = 'boundary';

interface Part {
  readonly name: string;
  /** A file with this name; undefined: a field. */
  readonly fileName: string | undefined;
  readonly type: string | undefined;
  readonly content: Buffer;
}

interface Form {
  readonly type: string;
  readonly body: Buffer;
}

const USUAL: Readonly<Record<string, string>> = {
  problem_id: 'populated',
  language_id: 'python3',
  source: 'print(1)\n',
  entry_point: 'main.py',
  submitter: 'alice',
  mode: 'full',
  lane: 'practice',
  stdin: '1\n',
  stdin_base64: 'MQo=',
  cpu_time_limit_ms: '1000',
  memory_limit_bytes: '67108864',
  name: 'echo',
  publish: 'true',
};

const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e9',
  'NaN',
  'null',
  '[]',
  '{"a":1}',
  '\u0000',
  '../../etc/passwd',
  '\u{1F4A5}',
  'x'.repeat(5000),
];

const FILE_NAMES = [
  'main.py',
  'hello.zip',
  'echo.tar.gz',
  '',
  '.',
  '..',
  '../main.py',
  '/etc/passwd',
  'a/b/c.py',
  'a\\b.py',
  'name with blanks.py',
  'x'.repeat(300),
  '\u00fc\u{1F4A5}.py',
];

const CONTENTS = [
  Buffer.from('print(input())\n'),
  Buffer.alloc(0),
  Buffer.from([0, 1, 2, 255, 254]),
  Buffer.from('\r\n--bound\r\n--boundar'),
  zipPackage(ECHO),
  zipPackage(ECHO).subarray(0, 200),
  zipOf([{ name: 'main.py', data: Buffer.from('print(1)\n') }]),
  Buffer.from([0x1f, 0x8b, 8, 0, 0]),
];

const TYPES = [
  undefined,
  'text/plain',
  'application/json',
  'application/zip',
  'text/plain;charset=x',
];

const part = (name: fc.Arbitrary<string>): fc.Arbitrary<Part> =>
  fc.record({
    name,
    fileName: fc.option(fc.constantFrom(...FILE_NAMES), { nil: undefined }),
    type: fc.constantFrom(...TYPES),
    content: fc.oneof(
      fc.constantFrom(...CONTENTS),
      fc.constantFrom(...TEXTS).map((text) => Buffer.from(text)),
    ),
  });

/** A documented part as it is meant. */
const usual = (name: string): Part => {
  const isFile = USUAL[name] === undefined;
  return {
    name,
    fileName: isFile ? (name === 'files' ? 'main.py' : 'echo.zip') : undefined,
    type: undefined,
    content: isFile
      ? name === 'files'
        ? CONTENTS[0]!
        : zipPackage(ECHO)
      : Buffer.from(USUAL[name]!),
  };
};

function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ name, fileName, type, content }) => [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${
          fileName === undefined ? '' : `; filename="${fileName}"`
        }\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
      ),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

/** Wire faults, each of a form that was in order. */
const BREAKS: readonly ((body: Buffer) => Form)[] = [
  (body) => ({ type: 'multipart/form-data', body }),
  (body) => ({ type: 'multipart/form-data; boundary=another', body }),
  (body) => ({ type: `multipart/form-data; boundary=${'b'.repeat(500)}`, body }),
  (body) => ({ type: `multipart/mixed; boundary=${BOUNDARY}`, body }),
  (body) => ({ type: `multipart/form-data; boundary=${BOUNDARY}`, body: body.subarray(0, -6) }),
  (body) => ({ type: `multipart/form-data; boundary=${BOUNDARY}`, body: body.subarray(3) }),
  () => ({ type: `multipart/form-data; boundary=${BOUNDARY}`, body: Buffer.alloc(0) }),
  (body) => ({
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    body: Buffer.from(body.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  }),
  (body) => ({
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    body: Buffer.from(body.toString('latin1').replaceAll('name="', 'nom="'), 'latin1'),
  }),
  (body) => ({
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    body: Buffer.concat([Buffer.from('a preamble\r\n'), body, Buffer.from('an epilogue')]),
  }),
];

function formFor({ operation }: NamedOperation): fc.Arbitrary<Form> {
  const schema = operation.requestBody?.content['multipart/form-data']?.schema;
  const names = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
  const odd = fc.constantFrom(
    ...names,
    'surprise',
    '',
    '__proto__',
    'constructor',
    'x'.repeat(300),
  );
  const parts = fc
    .tuple(fc.subarray(names.map(usual)), fc.array(part(odd), { maxLength: 3 }))
    .chain(([meant, others]) =>
      fc.shuffledSubarray([...meant, ...others], { minLength: meant.length + others.length }),
    );
  return fc
    .tuple(parts, fc.option(fc.constantFrom(...BREAKS), { nil: undefined, freq: 4 }))
    .map(([all, broken]) => {
      const body = bytesOf(all);
      return broken?.(body) ?? { type: `multipart/form-data; boundary=${BOUNDARY}`, body };
    });
}

let api: TestApi;
let forms: readonly NamedOperation[];

beforeAll(async () => {
  api = await startApi();
  const answer = await api.app.inject({ method: 'GET', url: '/openapi.json' });
  forms = operationsOf(answer.json<OpenApiDocument>()).filter(
    ({ operation }) => operation.requestBody?.content['multipart/form-data'] !== undefined,
  );
  await populate(api);
});
afterAll(() => api.close());

describe('whatever form is sent to it', () => {
  it('there are operations that take one, and each takes what is meant', async () => {
    expect(forms.map(({ name }) => name).sort()).toEqual([
      'POST /api/v1/custom-runs',
      'POST /api/v1/problems',
      'POST /api/v1/submissions',
    ]);
    const meant: Readonly<Record<string, readonly string[]>> = {
      'POST /api/v1/custom-runs': ['files', 'stdin', 'cpu_time_limit_ms', 'submitter'],
      'POST /api/v1/problems': ['name', 'publish', 'package'],
      'POST /api/v1/submissions': ['problem_id', 'files', 'mode', 'lane'],
    };
    for (const { name, path } of forms) {
      const answer = await api.admin.post(path, bytesOf(meant[name]!.map(usual)), {
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      });
      expect([name, answer.status, answer.text.slice(0, 300)]).toEqual([
        name,
        name.endsWith('problems') ? 202 : 201,
        expect.any(String),
      ]);
    }
  });

  it('the API answers as its document says, and never with a fault of its own', async () => {
    const faults: string[] = [];
    for (const operation of forms) {
      await fc.assert(
        fc.asyncProperty(formFor(operation), async ({ type, body }) => {
          const headers = { 'content-type': type };
          try {
            const { status, text } = await api.admin.post(operation.path, body, headers);
            if (status >= 500) throw new Error(`${String(status)}: ${text}`);
          } catch (error) {
            faults.push(
              `${operation.name} ${(error as Error).message.slice(0, 300)} ${body.toString('latin1').slice(0, 500)}`,
            );
          }
        }),
        { seed: SEED, numRuns: FORMS_EACH },
      );
    }
    expect(faults).toEqual([]);
  });
});
