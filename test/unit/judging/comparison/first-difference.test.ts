import { describe, expect, it } from 'vitest';
import { describeFirstDifference } from '../../../../src/judging/comparison/first-difference.js';

describe('the first difference of two texts', () => {
  it('is shown with the lines around it', () => {
    expect(describeFirstDifference('1\n2\n3\n4\n5\n6\n7\n', '1\n2\n3\nx\n5\n6\n7\n')).toBe(
      ['line 4', '  2', '  3', '- 4', '+ x', '  5', '  6'].join('\n'),
    );
  });

  it('finds where lines were left out or added', () => {
    expect(describeFirstDifference('1\n2\n3\n', '1\n3\n')).toBe(
      ['line 2', '  1', '- 2', '  3'].join('\n'),
    );
    expect(describeFirstDifference('1\n', '1\n2\n')).toBe(['line 2', '  1', '+ 2'].join('\n'));
    expect(describeFirstDifference('', 'x')).toBe(['line 1', '+ x'].join('\n'));
    expect(describeFirstDifference('x', '')).toBe(['line 1', '- x'].join('\n'));
  });

  it('is none where only blanks at line ends and empty lines at the end differ', () => {
    expect(describeFirstDifference('1\n2\n', '1 \r\n2\n\n\n')).toBeUndefined();
    expect(describeFirstDifference('', '\n')).toBeUndefined();
  });

  it('escapes what a terminal or a page could act on', () => {
    expect(describeFirstDifference('é', '\x1b[31m\0\u202e\u2028\ttab')).toBe(
      ['line 1', '- é', '+ \\u{1b}[31m\\u{0}\\u{202e}\\u{2028}\\ttab'].join('\n'),
    );
  });

  it('is cut in both directions', () => {
    const long = 'x'.repeat(100_000);
    const many = Array.from({ length: 5000 }, (_, line) => `${line}`).join('\n');
    const shown = describeFirstDifference(long, many)!;
    expect(shown.split('\n').length).toBeLessThanOrEqual(22);
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(203);
  });

  it('gives up aligning texts that have little in common', () => {
    const numbers = (factor: number) =>
      Array.from({ length: 2000 }, (_, line) => `${(line * factor) % 7919}`).join('\n');
    expect(describeFirstDifference(numbers(17), numbers(4001))).toMatch(/^line 2\n {2}0\n- 17\n/);
  });
});
