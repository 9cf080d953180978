/** Longer tokens are no numbers. The format asks for 30 digits before and after the point. */
export const MAX_NUMBER_BYTES = 4096;
/** Numbers of 1e400 and more are none, and those below 1e-400 are zero. */
const MAX_ORDER = 400;

/** Digits that go into the value; the first 15 are exact, all the roundings together stay below 2^-49. */
const VALUE_DIGITS = 18;
export const RELATIVE_ERROR = 2 ** -49;
/** Below, doubles lose digits. */
const SMALLEST_PRECISE = 1e-290;
const MAX_POWER = 308;
const POWERS_OF_TEN = Float64Array.from({ length: MAX_POWER + 1 }, (_, power) =>
  Number(`1e${power}`),
);

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const LOWER_E = 0x65;

/**
 * Reads tokens as numbers, one after the other: one object, because a hundred megabytes hold
 * millions of them.
 *
 * The grammar is that of the package format 2025-09, "General requirements": an optional sign,
 * digits with at most one point among, before or behind them, an optional decimal exponent. So
 * `+5`, `5.`, `.5` and `1E+3` are numbers; `nan`, `inf`, `0x1p3`, `1_000`, `1,5` and `1.0abc` are
 * not.
 *
 * The value is not correctly rounded but comes with a bound of its error: five times as fast as
 * cutting out a string for `Number`. ToleranceCheck settles by exact arithmetic what the bound
 * leaves open.
 */
export class NumberReader {
  value = 0;
  /** How far the value may be from what is written. Zero only for zero. */
  errorBound = 0;
  /** The digits as a whole number, with the sign, and the power of ten that goes with it. */
  units = 0;
  exponent = 0;
  /** All the digits went into `units`, and it is a safe integer. */
  isWhole = true;

  /** Returns false, and leaves nothing of use, if the token is no number. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > MAX_NUMBER_BYTES) return false;
    let at = start;
    const sign = bytes[at] ?? 0;
    if (sign === PLUS || sign === MINUS) at += 1;

    let mantissa = 0;
    let valueDigits = 0;
    let exponent = 0;
    let digits = 0;
    let afterPoint = 0;
    let isWhole = true;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      const digit = byte - 0x30;
      if (digit >= 0 && digit <= 9) {
        digits += 1;
        exponent -= afterPoint;
        if (valueDigits === VALUE_DIGITS) {
          exponent += 1;
          isWhole = false;
        } else {
          mantissa = mantissa * 10 + digit;
          if (mantissa > 0) valueDigits += 1;
        }
      } else if (byte === POINT && afterPoint === 0) {
        afterPoint = 1;
      } else {
        break;
      }
    }
    if (digits === 0) return false;
    if (at < end) {
      const written = readExponent(bytes, at, end);
      if (written === undefined) return false;
      exponent += written;
    }

    const order = exponent + valueDigits;
    if (mantissa === 0 || order <= -MAX_ORDER) {
      this.#set(0, 0, true);
      this.value = 0;
      this.errorBound = 0;
      return true;
    }
    if (order > MAX_ORDER) return false;
    const direction = sign === MINUS ? -1 : 1;
    const value = scale(mantissa, exponent);
    this.#set(direction * mantissa, exponent, isWhole && mantissa <= Number.MAX_SAFE_INTEGER);
    this.value = direction * value;
    this.errorBound = value < SMALLEST_PRECISE ? SMALLEST_PRECISE : value * RELATIVE_ERROR;
    return true;
  }

  #set(units: number, exponent: number, isWhole: boolean): void {
    this.units = units;
    this.exponent = exponent;
    this.isWhole = isWhole;
  }
}

/** `e`, an optional sign, digits up to the end. Saturates: the order of such a number is out of range anyhow. */
function readExponent(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  if (((bytes[at] ?? 0) | 0x20) !== LOWER_E) return undefined;
  at += 1;
  const sign = bytes[at] ?? 0;
  if (at < end && (sign === PLUS || sign === MINUS)) at += 1;
  if (at === end) return undefined;
  let exponent = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    exponent = Math.min(exponent * 10 + digit, 1e9);
  }
  return sign === MINUS ? -exponent : exponent;
}

/** May overflow to infinity, whose error bound is infinite too. */
function scale(mantissa: number, exponent: number): number {
  const power = Math.abs(exponent);
  const first = POWERS_OF_TEN[Math.min(power, MAX_POWER)] ?? 1;
  const second = power <= MAX_POWER ? 1 : 10 ** (power - MAX_POWER);
  return exponent < 0 ? mantissa / first / second : mantissa * first * second;
}
