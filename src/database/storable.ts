/**
 * The value as PostgreSQL can keep it. Neither its texts nor its JSON hold a NUL or half of a surrogate
 * pair, and what programs print may hold both: each becomes U+FFFD.
 */
export function storable<T>(value: T): T {
  const json = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '\u{fffd}').toWellFormed() : part,
  );
  return JSON.parse(json) as T;
}
