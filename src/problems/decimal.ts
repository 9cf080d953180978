/** The numbers of the package format (2025-09 "General requirements"): decimal or scientific. */
const DECIMAL = /^[+-]?(\d*\.\d+|\d+\.?)([eE][+-]?\d+)?$/;

/** undefined for anything else: `.inf`, `NaN`, hexadecimal, and what overflows. */
export function parseDecimal(text: string): number | undefined {
  if (text.length > 400 || !DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
