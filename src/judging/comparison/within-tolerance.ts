import type { ComparisonOptions } from './comparison-options.js';
import {
  absolute,
  absoluteDifference,
  decimalOf,
  isAtMost,
  product,
  type Decimal,
} from './decimal.js';
import { textOf } from './text-of.js';
import { readNumber, RELATIVE_ERROR, type NumberToken } from './number-token.js';

/** How far a number may be from the answer. At least one bound is set. */
export interface Tolerance {
  readonly absolute?: Bound;
  readonly relative?: Bound;
}

interface Bound {
  readonly value: number;
  /** The shortest decimal that is read as the value, so what the package states. */
  readonly decimal: Decimal;
}

/**
 * @returns undefined where no tolerance is set.
 * @throws RangeError if one is not a finite number from 0 on.
 */
export function toleranceOf(options: ComparisonOptions): Tolerance | undefined {
  const { floatAbsoluteTolerance, floatRelativeTolerance } = options;
  if (floatAbsoluteTolerance === undefined && floatRelativeTolerance === undefined) {
    return undefined;
  }
  return {
    ...(floatAbsoluteTolerance === undefined ? {} : { absolute: boundOf(floatAbsoluteTolerance) }),
    ...(floatRelativeTolerance === undefined ? {} : { relative: boundOf(floatRelativeTolerance) }),
  };
}

function boundOf(value: number): Bound {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new RangeError(`a tolerance must be a finite number from 0 on, not ${value}`);
  }
  return { value, decimal: decimalOf(String(value)) };
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

  const absoluteBound = tolerance.absolute?.value ?? 0;
  const relativeBound = tolerance.relative?.value ?? 0;
  const difference = Math.abs(found.value - expected.value);
  const allowed = Math.max(absoluteBound, relativeBound * Math.abs(expected.value));
  const doubt =
    found.errorBound +
    expected.errorBound * (1 + relativeBound) +
    (difference + allowed) * RELATIVE_ERROR;
  if (difference + doubt <= allowed) return true;
  if (difference - doubt > allowed) return false;
  return isWithinExactly(exactly(expected, answer), exactly(found, team), tolerance);
}

export function isWithinExactly(answer: Decimal, team: Decimal, tolerance: Tolerance): boolean {
  const difference = absoluteDifference(team, answer);
  const { absolute: absoluteBound, relative: relativeBound } = tolerance;
  return (
    (absoluteBound !== undefined && isAtMost(difference, absoluteBound.decimal)) ||
    (relativeBound !== undefined &&
      isAtMost(difference, product(relativeBound.decimal, absolute(answer))))
  );
}

function exactly(number: NumberToken, { bytes, start, end }: Span): Decimal {
  return number.isWhole
    ? { units: BigInt(number.units), exponent: number.exponent }
    : decimalOf(textOf(bytes.subarray(start, end)));
}
