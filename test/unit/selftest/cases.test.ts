import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ALL_CASES } from '../../../src/selftest/cases/all-cases.js';
import { labelOf } from '../../../src/selftest/hostile-case.js';
import { NINE_TENTHS } from '../../../src/selftest/neighbours.js';

/** Of the suite's list, those that README.md says are tested elsewhere, or not there yet. */
const ELSEWHERE = [22, 91, 93, 94, 95, 96, 97, 98, 100, 101];
const LAST_OF_PROGRAMS = 101;

describe('the tables of cases', () => {
  it('name each case differently', () => {
    const labels = ALL_CASES.map(labelOf);
    expect(labels.filter((label, at) => labels.indexOf(label) !== at)).toEqual([]);
  });

  it('have every number that is a program', () => {
    const numbers = new Set(ALL_CASES.map(({ number }) => number));
    const all = Array.from({ length: LAST_OF_PROGRAMS }, (_, at) => at + 1);
    expect(all.filter((number) => !numbers.has(number))).toEqual(ELSEWHERE);
  });

  it('use every program, and no other', async () => {
    const used = new Set(
      [...ALL_CASES, NINE_TENTHS].flatMap(({ source, validator }) => [
        ...(typeof source === 'string' ? [source] : []),
        ...(validator === undefined ? [] : [validator.source]),
      ]),
    );
    const beside = ['22-thrasher.c', 'probe.h'];
    expect((await readdir('selftest/programs')).toSorted()).toEqual(
      [...used, ...beside].toSorted(),
    );
  });

  it('expect a JE of no contestant, only of what a validator does', () => {
    const blamed = ALL_CASES.filter(({ expected }) => expected.includes('JE'));
    expect(blamed.filter(({ validator }) => validator === undefined)).toEqual([]);
  });
});
