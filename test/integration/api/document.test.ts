import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument, OpenApiMedia } from '../../fixtures/api/contract-check.js';
import { operationsOf, type NamedOperation } from '../../fixtures/api/operations-of.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';

/** https://spec.openapis.org/oas/3.1/schema/2022-10-07 */
const OPENAPI_SCHEMA = new URL('../../fixtures/api/openapi-3.1.schema.json', import.meta.url);

describe('the OpenAPI document', () => {
  let api: TestApi;
  let document: OpenApiDocument;
  let operations: readonly NamedOperation[];
  beforeAll(async () => {
    api = await startApi();
    const answer = await api.app.inject({ method: 'GET', url: '/openapi.json' });
    expect(answer.statusCode).toBe(200);
    document = answer.json();
    operations = operationsOf(document);
  });
  afterAll(() => api.close());

  it('is valid OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajvFormats.default(ajv);
    ajv.addFormat('media-range', true);
    // The schema leaves a way in for other dialects of JSON Schema, which ajv does not find.
    const text = readFileSync(OPENAPI_SCHEMA, 'utf8').replaceAll(
      '"$dynamicRef": "#meta"',
      '"$ref": "#/$defs/schema"',
    );
    const validate = ajv.compile(JSON.parse(text) as object);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refers to nothing that is not there, and has no schema that nobody refers to', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
    const names = Object.keys(document.components.schemas);
    expect(new Set(refs)).toEqual(new Set(names.map((name) => `#/components/schemas/${name}`)));
  });

  it('has schemas that JSON Schema 2020-12 takes, without keywords of 3.0', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: true });
    ajvFormats.default(ajv);
    ajv.addFormat('binary', true);
    ajv.addVocabulary(['example', 'components', 'xml', 'externalDocs']);
    ajv.addSchema({ $id: 'minos:', components: document.components });
    for (const name of Object.keys(document.components.schemas)) {
      const reference = { $ref: `minos:#/components/schemas/${name}` };
      expect(() => ajv.compile(reference), name).not.toThrow();
    }
  });

  it('names every operation once, with a summary and a tag', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, operation } of operations) {
      expect(operation, name).toMatchObject({
        operationId: expect.stringMatching(/^[a-zA-Z]+_[a-zA-Z]+$/) as string,
        summary: expect.any(String) as string,
        tags: [expect.any(String)],
      });
    }
  });

  it('says of every operation what it answers and how it fails', () => {
    for (const { name, operation } of operations) {
      const statuses = Object.keys(operation.responses).map(Number);
      expect(
        statuses.some((status) => status < 300),
        `${name} succeeds`,
      ).toBe(true);
      expect(statuses, name).toEqual(expect.arrayContaining([400, 429, 503]));
      if (operation.security !== undefined) expect(statuses, name).toContain(401);
      for (const status of statuses.filter((number) => number >= 400)) {
        const content = operation.responses[status]?.content ?? {};
        expect(Object.keys(content), `${name} ${status}`).toEqual(['application/problem+json']);
      }
    }
  });

  it('shows an example of every JSON that goes in or out, and each one fits its schema', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajvFormats.default(ajv);
    ajv.addSchema({ $id: 'minos:', components: document.components });
    for (const { name, operation } of operations) {
      for (const media of jsonOf(operation)) {
        const examples = Object.values(media.examples ?? {}).map(({ value }) => value);
        if (media.example !== undefined) examples.push(media.example);
        expect(examples.length, name).toBeGreaterThan(0);
        const schema = JSON.stringify(media.schema).replaceAll('"#/', '"minos:#/');
        const validate = ajv.compile(JSON.parse(schema) as object);
        for (const example of examples) {
          validate(example);
          expect(validate.errors ?? [], `${name} ${JSON.stringify(example)}`).toEqual([]);
        }
      }
    }
  });

  it('is shown at /docs, by pages that load nothing from elsewhere', async () => {
    const page = await api.app.inject({ method: 'GET', url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    const script = await api.app.inject({ method: 'GET', url: '/docs/swagger-ui-init.js' });
    expect(script.statusCode).toBe(200);
  });
});

function jsonOf(operation: NamedOperation['operation']): readonly OpenApiMedia[] {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)];
  return bodies.flatMap((body) =>
    Object.entries(body?.content ?? {})
      .filter(([type]) => type.endsWith('json'))
      .map(([, media]) => media),
  );
}
