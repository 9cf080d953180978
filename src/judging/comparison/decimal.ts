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

export const ZERO_DECIMAL: Decimal = { units: 0n, exponent: 0 };

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
  return units * 10n ** BigInt(exponent - smaller);
}
