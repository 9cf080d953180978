import {
  absolute,
  absoluteDifference,
  decimalOf,
  isAtMost,
  product,
  ZERO_DECIMAL,
  type Decimal,
} from './decimal.js';
import { readNumber, RELATIVE_ERROR, type NumberToken } from './number-token.js';

/** At least one is set. */
export interface Tolerance {
  readonly absolute?: number;
  readonly relative?: number;
}

/** Part of a byte array. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Whether |s − a| ≤ absolute, or |s − a| ≤ relative · |a|, for the numbers as they are written:
 * 1.1 is within 0.1 of 1.0, and 9007199254740993 is not within 0.5 of 9007199254740992, though
 * doubles say otherwise in both cases (and the long doubles of other judges in the first).
 *
 * Doubles decide what lies clearly on one side of the tolerance; only within their error of it are
 * decimals of any length compared, as integers.
 * @returns undefined where the answer is no number.
 */
export function withinTolerance(
  answer: Span,
  team: Span,
  tolerance: Tolerance,
): boolean | undefined {
  const expected = readNumber(answer.bytes, answer.start, answer.end);
  if (expected === undefined) return undefined;
  const found = readNumber(team.bytes, team.start, team.end);
  if (found === undefined) return false;

  const difference = Math.abs(found.value - expected.value);
  const allowed = Math.max(
    tolerance.absolute ?? 0,
    (tolerance.relative ?? 0) * Math.abs(expected.value),
  );
  const doubt =
    found.errorBound +
    expected.errorBound * (1 + (tolerance.relative ?? 0)) +
    (difference + allowed) * RELATIVE_ERROR;
  if (difference + doubt <= allowed) return true;
  if (difference - doubt > allowed) return false;
  return isWithinExactly(exact(expected, answer), exact(found, team), tolerance);
}

export function isWithinExactly(expected: Decimal, found: Decimal, tolerance: Tolerance): boolean {
  const difference = absoluteDifference(found, expected);
  if (
    tolerance.absolute !== undefined &&
    isAtMost(difference, decimalOf(String(tolerance.absolute)))
  ) {
    return true;
  }
  return (
    tolerance.relative !== undefined &&
    isAtMost(difference, product(decimalOf(String(tolerance.relative)), absolute(expected)))
  );
}

/** A number read as zero is zero, also where what is written is only too small. */
function exact(number: NumberToken, { bytes, start, end }: Span): Decimal {
  if (number.value === 0 && number.errorBound === 0) return ZERO_DECIMAL;
  return decimalOf(String.fromCharCode(...bytes.subarray(start, end)));
}
