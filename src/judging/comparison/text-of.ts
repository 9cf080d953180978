/** Many arguments would overflow the stack. */
const PIECE_BYTES = 8192;

/** A character for each byte. */
export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    text += Reflect.apply(String.fromCharCode, undefined, piece) as string;
  }
  return text;
}
