import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Glob } from '../../../src/problems/glob.js';

const matches = (pattern: string, path: string): boolean => Glob.parse(pattern)!.matches(path);

describe('a glob of submissions.yaml', () => {
  it.each([
    ['accepted', 'accepted/a.py'],
    ['accepted/*', 'accepted/a.py'],
    ['accepted/', 'accepted/a.py'],
    ['*/a.py', 'accepted/a.py'],
    ['accepted/a.{py,cpp}', 'accepted/a.cpp'],
    ['secret/*{,0,1}{0,2}', 'secret/12'],
    ['secret/*-hard', 'secret/03-hard/1'],
    ['{a,b{c,d}}/x', 'bd/x'],
    ['wa/ac*', 'wa/ac'],
    ['secret/*{ 4 }{ 2 }', 'secret/x 4  2 '],
    ['a{b', 'a{b'],
    ['a}b', 'a}b'],
  ])('%s matches %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });

  it.each([
    ['accepted/*', 'accepted'],
    ['a.py', 'accepted/a.py'],
    ['*/nested.py', 'match/nested/nested.py'],
    ['match/match_wa', 'match/match_wa.py'],
    ['accept', 'accepted/a.py'],
    ['a[bc]', 'ab'],
    ['a.b', 'axb'],
  ])('%s does not match %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  it('with more alternatives than anyone writes is refused', () => {
    expect(Glob.parse('{a,b,c,d}'.repeat(10))).toBeUndefined();
  });

  it('of many stars is quick to fail', () => {
    const start = performance.now();
    expect(matches('a*'.repeat(120) + 'b', 'a'.repeat(250))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('matches as the regular expression it stands for', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(name, text, (pattern, path) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(path);
        expect(matches(pattern, path)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
