import { ERROR_CATALOGUE, type ErrorCode } from '../../errors.js';
import { PROBLEM_MEDIA_TYPE } from '../problem-details.js';
import { ERROR_CODES } from './api-problem-responses.js';
import type { Media, Operation } from './document.js';

const PROBLEM_SCHEMA = { $ref: '#/components/schemas/ProblemDetailsDto' };

/** Adds the error responses to an operation: its own, and those that follow from what it takes. */
export function describeProblems(method: string, path: string, operation: Operation): void {
  const own = (operation[ERROR_CODES] ?? []) as readonly ErrorCode[];
  const codes = new Set<ErrorCode>([...impliedCodes(method, path, operation), ...own]);
  Reflect.deleteProperty(operation, ERROR_CODES);
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) >= 400) response.content = problemContent([], Number(status), path);
  }
  const statuses = [...new Set([...codes].map((code) => ERROR_CATALOGUE[code].httpStatus))];
  for (const status of statuses.sort((a, b) => a - b)) {
    const ofStatus = [...codes].filter((code) => ERROR_CATALOGUE[code].httpStatus === status);
    operation.responses[status] = {
      description: describe(ofStatus),
      headers: headersOf(status),
      content: problemContent(ofStatus, status, path),
    };
  }
}

function describe(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `${ERROR_CATALOGUE[code].title} (\`${code}\`).`).join(' ');
}

function impliedCodes(method: string, path: string, operation: Operation): readonly ErrorCode[] {
  const scopes = Object.values(operation.security?.[0] ?? {})[0];
  return [
    'bad-usage',
    ...(scopes === undefined ? [] : (['unauthorized'] as const)),
    ...(scopes === undefined || scopes.length === 0 ? [] : (['forbidden'] as const)),
    ...(path.includes('{') ? (['not-found'] as const) : []),
    // A body that nobody asked for is looked at, too.
    ...(method === 'get'
      ? []
      : (['precondition-failed', 'payload-too-large', 'unsupported-media-type'] as const)),
    'rate-limited',
    'database-unavailable',
  ];
}

function headersOf(status: number): Record<string, object> {
  if (status === 401) {
    return { 'WWW-Authenticate': { required: true, schema: { type: 'string' } } };
  }
  if (status !== 429 && status !== 503) return {};
  return {
    'Retry-After': {
      required: true,
      description: 'Seconds.',
      schema: { type: 'integer', minimum: 1 },
    },
  };
}

function problemContent(
  codes: readonly ErrorCode[],
  status: number,
  path: string,
): Record<string, Media> {
  const examples = codes.map((code) => {
    const { title } = ERROR_CATALOGUE[code];
    const value = { type: 'about:blank', title, status, code, detail: title, instance: path };
    return [code, { value }] as const;
  });
  return {
    [PROBLEM_MEDIA_TYPE]: {
      schema: PROBLEM_SCHEMA,
      ...(examples.length === 0 ? {} : { examples: Object.fromEntries(examples) }),
    },
  };
}
