import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COMPARISON } from '../../../src/judging/comparison/comparison-options.js';
import { parseComparisonFlags } from '../../../src/problems/comparison-flags.js';

function options(...flags: readonly string[]) {
  const parsed = parseComparisonFlags(flags);
  return parsed.kind === 'options' ? parsed.options : parsed.message;
}

describe('flags of the default output validator', () => {
  it('are none by default', () => {
    expect(options()).toEqual(DEFAULT_COMPARISON);
  });

  it('switch on what they name', () => {
    expect(options('case_sensitive', 'space_change_sensitive')).toEqual({
      ...DEFAULT_COMPARISON,
      caseSensitive: true,
      spaceChangeSensitive: true,
    });
    expect(options('unordered_lines')).toEqual({
      ...DEFAULT_COMPARISON,
      method: 'unordered-lines',
    });
  });

  it('set tolerances, float_tolerance both of them, the last one counting', () => {
    expect(options('float_tolerance', '1e-6', 'float_relative_tolerance', '0.1')).toEqual({
      ...DEFAULT_COMPARISON,
      floatAbsoluteTolerance: 1e-6,
      floatRelativeTolerance: 0.1,
    });
  });

  it.each([
    [['float_tolerance']],
    [['float_tolerance', '-1']],
    [['float_tolerance', 'nan']],
    [['float_tolerance', '.inf']],
    [['float_tolerance', '0x1']],
    [['float_absolute_tolerance', 'case_sensitive']],
    [['case_insensitive']],
    [['__proto__']],
    [['constructor']],
    [['']],
  ])('%j are refused', (flags) => {
    expect(parseComparisonFlags(flags).kind).toBe('invalid');
  });

  it('take every tolerance that is a decimal number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (epsilon) => {
        expect(options('float_tolerance', String(epsilon))).toEqual({
          ...DEFAULT_COMPARISON,
          floatAbsoluteTolerance: epsilon,
          floatRelativeTolerance: epsilon,
        });
      }),
    );
  });
});
