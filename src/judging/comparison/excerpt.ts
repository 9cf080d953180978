const SHOWN_BYTES = 64;
/** How many of them precede the place of interest. */
const LEADING_BYTES = 24;
const ELLIPSIS = '…';
const NAMED: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

/** The bytes around a place, at most 64, escaped to printable ASCII; what is cut off is marked. */
export function excerpt(bytes: Uint8Array, place = 0): string {
  const from = place < SHOWN_BYTES - LEADING_BYTES ? 0 : place - LEADING_BYTES;
  const to = from + SHOWN_BYTES;
  const shown = Array.from(bytes.subarray(from, to), escapeByte).join('');
  return (from > 0 ? ELLIPSIS : '') + shown + (to < bytes.byteLength ? ELLIPSIS : '');
}

/** Hostile output may hold terminal sequences, NUL or broken UTF-8: none of it passes. */
function escapeByte(byte: number): string {
  const named = NAMED[byte];
  if (named !== undefined) return named;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
