import type { Schema } from './document.js';

const BY_FORMAT: Readonly<Record<string, unknown>> = {
  'date-time': '2026-11-25T08:30:00.000Z',
  uuid: '01935e2a-7c4b-7d3e-8a1f-4b6c9d0e2f31',
  uri: 'https://example.org/',
  binary: '',
};
const MAX_DEPTH = 16;

/** A value of the schema, from the examples of its parts. */
export function exampleOf(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  depth = 0,
): unknown {
  const given = [
    schema.example,
    schema.examples?.[0],
    schema.const,
    schema.enum?.[0],
    schema.default,
  ];
  const first = given.find((value) => value !== undefined);
  if (first !== undefined) return first;
  if (depth > MAX_DEPTH) return undefined;
  const inner = (part: Schema) => exampleOf(part, schemas, depth + 1);
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target === undefined ? undefined : inner(target);
  }
  if (schema.allOf !== undefined) return mergeObjects(schema.allOf.map(inner));
  const [choice] = schema.oneOf ?? schema.anyOf ?? [];
  if (choice !== undefined) return inner(choice);
  return ofType(schema, inner);
}

function mergeObjects(parts: readonly unknown[]): unknown {
  if (parts.length === 1) return parts[0];
  return Object.assign({}, ...parts.filter((part) => typeof part === 'object')) as object;
}

function ofType(schema: Schema, inner: (part: Schema) => unknown): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string':
      return BY_FORMAT[schema.format ?? ''] ?? 'text'.padEnd(schema.minLength ?? 0, 't');
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 1);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return schema.items === undefined ? [] : [inner(schema.items)];
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [name, inner(part)]),
      );
  }
}
