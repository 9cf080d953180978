import type { ByteWindow } from './byte-window.js';
import {
  absolute,
  absoluteDifference,
  decimalOf,
  isAtMost,
  product,
  type Decimal,
} from './decimal.js';
import { textOf } from './text-of.js';
import { NumberReader, RELATIVE_ERROR } from './number-reader.js';

/** How far a number may be from the answer. At least one bound is set. */
export interface Tolerance {
  readonly absolute?: number;
  readonly relative?: number;
}

interface Bound {
  readonly value: number;
  /** The shortest decimal that is read as the value, so what the package states. */
  readonly decimal: Decimal;
}

function boundOf(value: number): Bound {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new RangeError(`a tolerance must be a finite number from 0 on, not ${value}`);
  }
  return { value, decimal: decimalOf(String(value)) };
}

/**
 * Whether |s − a| ≤ absolute, or |s − a| ≤ relative · |a|, for the numbers as they are written:
 * 1.1 is within 0.1 of 1.0, and 9007199254740993 is not within 0.5 of 9007199254740992, though
 * doubles say otherwise in both cases (and the long doubles of other judges in the first).
 *
 * Doubles decide what lies clearly on one side of the tolerance; only within their error of it are
 * decimals of any length compared, as integers.
 */
export class ToleranceCheck {
  readonly #absolute: Bound | undefined;
  readonly #relative: Bound | undefined;
  readonly #expected = new NumberReader();
  readonly #found = new NumberReader();

  constructor({ absolute, relative }: Tolerance) {
    this.#absolute = absolute === undefined ? undefined : boundOf(absolute);
    this.#relative = relative === undefined ? undefined : boundOf(relative);
  }

  /** Compares the tokens that begin at the positions. False if either is no number. */
  accepts(answer: ByteWindow, answerEnd: number, team: ByteWindow, teamEnd: number): boolean {
    const expected = this.#expected;
    const found = this.#found;
    if (!expected.read(answer.bytes, answer.position, answerEnd)) return false;
    if (!found.read(team.bytes, team.position, teamEnd)) return false;

    const relative = this.#relative?.value ?? 0;
    const difference = Math.abs(found.value - expected.value);
    const allowed = Math.max(this.#absolute?.value ?? 0, relative * Math.abs(expected.value));
    const doubt =
      found.errorBound +
      expected.errorBound * (1 + relative) +
      (difference + allowed) * RELATIVE_ERROR;
    if (difference + doubt <= allowed) return true;
    if (difference - doubt > allowed) return false;
    return this.#acceptsExactly(
      decimalAt(expected, answer, answerEnd),
      decimalAt(found, team, teamEnd),
    );
  }

  #acceptsExactly(answer: Decimal, team: Decimal): boolean {
    const difference = absoluteDifference(team, answer);
    return (
      (this.#absolute !== undefined && isAtMost(difference, this.#absolute.decimal)) ||
      (this.#relative !== undefined &&
        isAtMost(difference, product(this.#relative.decimal, absolute(answer))))
    );
  }
}

function decimalAt(number: NumberReader, { bytes, position }: ByteWindow, end: number): Decimal {
  return number.isWhole
    ? { units: BigInt(number.units), exponent: number.exponent }
    : decimalOf(textOf(bytes.subarray(position, end)));
}
