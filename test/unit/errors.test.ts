import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, JudgeError } from '../../src/errors.js';

const documentation = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...documentation.matchAll(/^\| `([a-z-]+)` +\| (\d+) +\| (\d+) +\|/gm)].map(
  ([, code, exitCode, httpStatus]) => ({
    code,
    exitCode: Number(exitCode),
    httpStatus: Number(httpStatus),
  }),
);

describe('the error catalogue', () => {
  it('is the table of docs/errors.md, code by code', () => {
    const catalogued = Object.entries(ERROR_CATALOGUE).map(([code, { exitCode, httpStatus }]) => ({
      code,
      exitCode,
      httpStatus,
    }));
    expect(documented).toEqual(catalogued);
  });

  it('gives an error its exit code, status, details and cause', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new JudgeError('engine-unavailable', 'no engine', {
      cause,
      details: ['do this'],
    });
    expect(error).toMatchObject({
      code: 'engine-unavailable',
      exitCode: 3,
      httpStatus: 503,
      details: ['do this'],
      cause,
    });
  });
});
