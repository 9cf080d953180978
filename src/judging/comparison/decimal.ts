/** Exactly `units` times ten to the `exponent`. */
export interface Decimal {
  readonly units: bigint;
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** @param text a number as `readNumber` takes it, or as JavaScript prints a finite one. */
export function decimalOf(text: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const units = BigInt(whole + fraction);
  return {
    units: sign === '-' ? -units : units,
    exponent: Number(exponent) - fraction.length,
  };
}

export function absoluteDifference(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  return absolute({ units: unitsAt(left, exponent) - unitsAt(right, exponent), exponent });
}

export function absolute({ units, exponent }: Decimal): Decimal {
  return { units: units < 0n ? -units : units, exponent };
}

export function product(left: Decimal, right: Decimal): Decimal {
  return { units: left.units * right.units, exponent: left.exponent + right.exponent };
}

export function isAtMost(left: Decimal, right: Decimal): boolean {
  const exponent = Math.min(left.exponent, right.exponent);
  return unitsAt(left, exponent) <= unitsAt(right, exponent);
}

function unitsAt({ units, exponent }: Decimal, smaller: number): bigint {
  return exponent === smaller ? units : units * powerOfTen(exponent - smaller);
}

/** Computed once for the exponents that hostile output could ask for with a few bytes. */
const KNOWN_POWERS: bigint[] = [];
const MAX_KNOWN_POWER = 1024;

function powerOfTen(exponent: number): bigint {
  if (exponent > MAX_KNOWN_POWER) return 10n ** BigInt(exponent);
  return (KNOWN_POWERS[exponent] ??= 10n ** BigInt(exponent));
}
