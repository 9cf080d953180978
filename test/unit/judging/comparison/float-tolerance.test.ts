import { describe, expect, it } from 'vitest';
import { compareOutput } from '../../../../src/judging/comparison/compare-output.js';
import { DEFAULT_COMPARISON } from '../../../../src/judging/comparison/comparison-options.js';
import { EMPTY_SOURCE } from '../../../../src/judging/bytes.js';
import { outcome } from './compare.js';

const ABSOLUTE = { floatAbsoluteTolerance: 1e-6 };
const RELATIVE = { floatRelativeTolerance: 1e-6 };
const BOTH = { ...ABSOLUTE, ...RELATIVE };

describe('a tolerance', () => {
  it.each([
    ['is met by absolute error', '0.5', '0.5000009', ABSOLUTE],
    ['is met by relative error', '1000000', '1000000.9', RELATIVE],
    ['is met by either of two, absolute', '0.0000001', '0', BOTH],
    ['is met by either of two, relative', '1e12', '1000000900000', BOTH],
    ['takes integers as numbers', '3', '3.0000001', ABSOLUTE],
    ['takes integers of the team as numbers', '3.0', '3', ABSOLUTE],
    ['leaves other words to be text', 'Case 1.0', 'case 1.0000001', ABSOLUTE],
    ['is met by zero of either sign', '0', '-0', RELATIVE],
    ['is met by zero for zero without an absolute one', '0.000', '0', RELATIVE],
    ['of zero is met by equal numbers', '1.50', '1.5', { floatAbsoluteTolerance: 0 }],
    ['is relative to the answer, not to the output', '-2', '-1', { floatRelativeTolerance: 0.5 }],
  ])('%s', async (_claim, answer, team, options) => {
    expect(await outcome(answer, team, options)).toBe('AC');
  });

  it.each([
    ['absolute error above it', '0.5', '0.5000011', ABSOLUTE],
    ['relative error above it', '1000000', '1000001.1', RELATIVE],
    ['an absolute error, where only a relative one is set', '0', '1e-300', RELATIVE],
    ['a relative error, where only an absolute one is set', '1e12', '1000000000001', ABSOLUTE],
    ['half of the answer, relative to the output', '-1', '-2', { floatRelativeTolerance: 0.5 }],
    ['the wrong sign', '1', '-1', BOTH],
    ['no number for a number', '1.0', 'one', BOTH],
    ['a number for a word', 'one', '1', BOTH],
    ['a word for another', 'one', 'two', BOTH],
    ['a number too few', '1 2', '1', BOTH],
    ['a number too many', '1', '1 2', BOTH],
    [
      '1 for 2, at a tolerance of zero',
      '1',
      '1.0000000000000000000001',
      { floatAbsoluteTolerance: 0 },
    ],
  ])('rejects %s', async (_claim, answer, team, options) => {
    expect(await outcome(answer, team, options)).toBe('wrong');
  });

  it.each(['nan', 'NaN', '-nan', 'nan(0x1)', 'inf', '-inf', 'Infinity', '1e999', '-1e999'])(
    'never accepts %s for a number',
    async (team) => {
      for (const answer of ['0', '1', '1e308', '-1e308']) {
        for (const tolerance of [1e-6, 1, 1e308]) {
          expect(await outcome(answer, team, { floatAbsoluteTolerance: tolerance })).toBe('wrong');
          expect(await outcome(answer, team, { floatRelativeTolerance: tolerance })).toBe('wrong');
        }
      }
    },
  );

  it('takes a NaN of the answer for text', async () => {
    for (const answer of ['nan', 'NaN', '+nan', '-NAN', 'nan(7)']) {
      expect(await outcome(`1 ${answer}`, `1 ${answer.toLowerCase()}`, BOTH)).toBe('AC');
      expect(await outcome(`1 ${answer}`, '1 0', BOTH)).toBe('wrong');
    }
  });

  it('takes infinity for text', async () => {
    expect(await outcome('inf', 'INF', BOTH)).toBe('AC');
    expect(await outcome('inf', '-inf', BOTH)).toBe('wrong');
    expect(await outcome('inf', 'infinity', BOTH)).toBe('wrong');
    expect(await outcome('inf', '1e999', BOTH)).toBe('wrong');
  });

  it.each([
    '0x1p3',
    '0x8',
    '8_0',
    '8,0',
    '8.0abc',
    '8.0f',
    '8e',
    '8e+',
    '8.0.0',
    '--8',
    '8-',
    '٨',
    '8\0',
  ])('takes %s for no number', async (token) => {
    expect(await outcome('8', token, { floatAbsoluteTolerance: 100 })).toBe('wrong');
    expect(await outcome(token, '8', { floatAbsoluteTolerance: 100 })).toBe('wrong');
  });

  it.each(['+8', '8.', '8.0', '.8e1', '0.8E+1', '80e-1', '0008', '+.8e01', '8e0', '8e-0'])(
    'takes %s for the number 8',
    async (token) => {
      expect(await outcome('8', token, { floatAbsoluteTolerance: 0 })).toBe('AC');
      expect(await outcome(token, '8', { floatRelativeTolerance: 0 })).toBe('AC');
    },
  );

  it.each(['.', '+', '-', 'e5', '.e5', '+.'])('takes %s for text', async (token) => {
    expect(await outcome(token, '0', { floatAbsoluteTolerance: 9 })).toBe('wrong');
    expect(await outcome(token, token, { floatAbsoluteTolerance: 9 })).toBe('AC');
  });
});

describe('precision', () => {
  it.each([
    ['a difference that is the tolerance', '1.0', '1.1', 0.1],
    ['a difference that is the tolerance, below', '0.3', '0.2', 0.1],
    ['a relative difference that is the tolerance', '3', '3.000003', 1e-6],
    ['integers above 2^53', '9007199254740993', '9007199254740992', 1],
    [
      'thirty digits on either side',
      `${'9'.repeat(30)}.${'1'.repeat(30)}`,
      `${'9'.repeat(30)}.${'1'.repeat(29)}2`,
      1e-30,
    ],
    ['numbers beyond doubles', '1e399', '10.0e398', 0],
    ['numbers far below one', '1e-310', '1.1e-310', 1e-310],
    ['numbers below 1e-400, which are zero', '0', '1e-999999999999999999999', 0],
  ])('is that of decimals, accepting %s', async (_claim, answer, team, tolerance) => {
    expect(
      await outcome(answer, team, {
        floatAbsoluteTolerance: tolerance,
        floatRelativeTolerance: tolerance,
      }),
    ).toBe('AC');
  });

  it.each([
    ['a difference just above the tolerance', '1.0', '1.100000000000000000000001', 0.1],
    ['integers above 2^53', '9007199254740993', '9007199254740992', 0.5],
    [
      'thirty digits on either side',
      `${'9'.repeat(30)}.${'1'.repeat(30)}`,
      `${'9'.repeat(30)}.${'1'.repeat(29)}3`,
      1e-30,
    ],
  ])('is that of decimals, rejecting %s', async (_claim, answer, team, tolerance) => {
    expect(await outcome(answer, team, { floatAbsoluteTolerance: tolerance })).toBe('wrong');
  });

  it('reads numbers of up to 4096 bytes, and takes longer ones for text', async () => {
    const long = (bytes: number) => `0.${'3'.repeat(bytes - 2)}`;
    expect(await outcome('0.333333', long(4096), ABSOLUTE)).toBe('AC');
    expect(await outcome('0.333333', long(4097), ABSOLUTE)).toBe('wrong');
    expect(await outcome(long(1_000_000), long(1_000_000), ABSOLUTE)).toBe('AC');
    expect(await outcome(long(1_000_000), `${long(999_999)}4`, ABSOLUTE)).toBe('wrong');
    expect(await outcome('1', '1'.repeat(1_000_000), ABSOLUTE)).toBe('wrong');
    expect(await outcome('5', `${'0'.repeat(4000)}5`, ABSOLUTE)).toBe('AC');
  });
});

it('refuses a tolerance that is no finite number from 0 on', () => {
  for (const floatAbsoluteTolerance of [-1, NaN, Infinity]) {
    expect(() =>
      compareOutput(EMPTY_SOURCE, { ...DEFAULT_COMPARISON, floatAbsoluteTolerance }),
    ).toThrow(RangeError);
  }
});
