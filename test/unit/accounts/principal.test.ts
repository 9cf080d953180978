import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_SCOPES, isScope, SCOPES, scopesFor } from '../../../src/accounts/principal.js';

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');

describe('the scopes', () => {
  it('are the table of docs/api.md', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+:[a-z-]+)` +\| (staff)? *\| (.*?) *\|$/gm)].map(
      ([, scope, staff, title]) => ({ scope, staff: staff !== undefined, title }),
    );
    expect(rows).toEqual(ALL_SCOPES.map((scope) => ({ scope, ...SCOPES[scope] })));
  });

  it('of staff are for administrators alone', () => {
    expect(scopesFor({ admin: true })).toEqual(ALL_SCOPES);
    expect(scopesFor({ admin: false })).toEqual(ALL_SCOPES.filter((s) => !SCOPES[s].staff));
  });

  it('are not what an object has anyway', () => {
    expect(['constructor', '__proto__', 'toString', ''].filter(isScope)).toEqual([]);
  });
});
