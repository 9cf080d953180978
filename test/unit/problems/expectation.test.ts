import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import {
  ANY_VERDICT,
  checkExpectation,
  expectedVerdicts,
  needsEveryCase,
  type Expectation,
} from '../../../src/problems/expectation.js';
import { Glob } from '../../../src/problems/glob.js';

const runs = (...verdicts: readonly Verdict[]) =>
  verdicts.map((verdict, at) => ({ testCase: `secret/${at + 1}`, verdict }));

const TOO_SLOW: Expectation = {
  kind: 'cases',
  requirements: [{ permitted: ['AC', 'WA', 'TLE'], required: ['TLE'] }],
};

describe('an expectation', () => {
  it('is met when every case is permitted and one is required', () => {
    expect(checkExpectation(TOO_SLOW, 'WA', runs('AC', 'WA', 'TLE'))).toBe('met');
  });

  it('is broken by one case that is not permitted', () => {
    expect(checkExpectation(TOO_SLOW, 'TLE', runs('TLE', 'RTE'))).toBe('broken');
  });

  it('is undecided while nothing required has happened', () => {
    expect(checkExpectation(TOO_SLOW, 'WA', runs('AC', 'WA'))).toBe('undecided');
  });

  it('of a submission that did not compile looks at the verdict alone', () => {
    expect(checkExpectation(TOO_SLOW, 'CE', [])).toBe('broken');
    const compileError: Expectation = {
      kind: 'cases',
      requirements: [{ permitted: ['CE'], required: ['CE'] }],
    };
    expect(checkExpectation(compileError, 'CE', [])).toBe('met');
    expect(checkExpectation(compileError, 'AC', runs('AC'))).toBe('broken');
  });

  it('on some cases leaves the others alone, and needs every case', () => {
    const some: Expectation = {
      kind: 'cases',
      requirements: [
        { cases: Glob.parse('secret/{1,2}')!, permitted: ['AC'], required: ['AC'] },
        { cases: Glob.parse('secret/9')!, permitted: ['AC'], required: ['AC'] },
      ],
    };
    expect(needsEveryCase(some)).toBe(true);
    expect(needsEveryCase(TOO_SLOW)).toBe(false);
    expect(checkExpectation(some, 'WA', runs('AC', 'AC', 'WA'))).toBe('met');
    expect(checkExpectation(some, 'WA', runs('AC', 'WA'))).toBe('broken');
    expect(expectedVerdicts(some)).toContain('TLE');
  });

  it('of anything takes every verdict but our own fault', () => {
    expect(checkExpectation(ANY_VERDICT, 'CE', [])).toBe('met');
    expect(checkExpectation(ANY_VERDICT, 'JE', runs('JE'))).toBe('broken');
  });
});
