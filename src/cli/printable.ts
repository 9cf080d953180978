/** Text of strangers for a terminal: no control characters, so no escape sequences. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\t/g, '    ').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
