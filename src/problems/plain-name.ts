/**
 * Characters that make a name ambiguous or unprintable: control and format characters, lone
 * surrogates and line separators.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What problem packages (2025-09 "General requirements") and contest systems agree on. */
const PLAIN = /^[a-zA-Z0-9_][a-zA-Z0-9_.+-]{0,254}$/;

export const PLAIN_NAME_RULE =
  'only letters, digits and . _ + -, not beginning with a dot, dash or plus';

/** May this name be given to a compiler, a container and a page as it is? */
export function isPlainName(name: string): boolean {
  return PLAIN.test(name);
}

export function hasUnprintableCharacters(name: string): boolean {
  return UNPRINTABLE.test(name);
}

/** The text on one line, every odd character as an escape; what is longer than 200 is cut. */
export function printable(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return short.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
