import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Canaries } from '../../../src/selftest/canaries.js';
import { judgedProperly, leaks } from '../../../src/selftest/invariant.js';
import { CASE, observationOf } from './observation-of.js';

describe('what must hold after every case', () => {
  it('holds for the expected verdict, in time', () => {
    expect(judgedProperly(CASE, observationOf('AC'))).toEqual([]);
  });

  it('does not hold for another verdict, a JE least of all', () => {
    expect(judgedProperly(CASE, observationOf('WA')).join()).toContain('WA');
    expect(judgedProperly(CASE, observationOf('JE')).join()).toContain('JE');
  });

  it('does not hold without a verdict, or with two', () => {
    const seen = observationOf('AC');
    const [run, finished] = seen.events;
    expect(judgedProperly(CASE, { ...seen, events: [run!] })).toContain('there are 0 verdicts');
    const twice = { ...seen, events: [run!, finished!, finished!] };
    expect(judgedProperly(CASE, twice)).toContain('there are 2 verdicts');
  });

  it('does not hold when a test was left out', () => {
    expect(judgedProperly({ ...CASE, tests: [{}, {}] }, observationOf('AC'))).toEqual([
      '1 of 2 tests were judged',
    ]);
  });

  it('does not hold long after the wall limit', () => {
    const late = observationOf('AC', { elapsedMs: 60_000 });
    expect(judgedProperly(CASE, late).join()).toContain('took 60000 ms');
  });
});

describe('canaries', () => {
  let directory: string;
  let canaries: Canaries;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-canaries-'));
    canaries = await Canaries.plant(directory);
  });
  afterEach(async () => {
    await canaries[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  it('tell whose secret came out', async () => {
    const secret = canaries.make('another answer');
    expect(canaries.foundIn(`found: ${secret}\n`)).toEqual(['another answer']);
    expect(canaries.foundIn('nothing')).toEqual([]);
    expect(canaries.foundIn(process.env['MINOS_SELFTEST_CANARY'] ?? '')).toEqual([
      'the environment of the judge',
    ]);
    const file = await readFile(join(directory, 'canary'), 'utf8');
    expect(canaries.foundIn(file)).toEqual(['a file of the judge']);
  });

  it('are looked for in events and in all output', () => {
    const stderr = canaries.make('another input');
    expect(leaks(CASE, observationOf('AC', { stderr }), canaries).join()).toContain(
      'another input',
    );
    expect(leaks(CASE, observationOf('AC'), canaries)).toEqual([]);
  });
});
