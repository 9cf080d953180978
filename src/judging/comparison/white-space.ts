export const NEWLINE = 0x0a;

/** 1 for the six bytes that separate tokens: 20 09 0a 0b 0c 0d. No other byte is white space. */
export const IS_SPACE: Uint8Array = tableOf([0x20, 0x09, NEWLINE, 0x0b, 0x0c, 0x0d]);

/** Folds A–Z to a–z. Other bytes, those of UTF-8 too, stand for themselves. */
export const FOLDED: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

function tableOf(members: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of members) table[byte] = 1;
  return table;
}
