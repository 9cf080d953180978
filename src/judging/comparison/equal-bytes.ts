const BLOCK_BYTES = 16;

/**
 * Whether the first `length` bytes of both are the same. Four words at a time, at any alignment: on
 * 100 MB this takes 13 ms where byte by byte takes 60 and the system's memcmp 6. (Words of 64 bits
 * are now 8 ms and now 180, as the compiler does without their BigInts or not.)
 */
export function equalBytes(left: Uint8Array, right: Uint8Array, length: number): boolean {
  const a = new DataView(left.buffer, left.byteOffset, length);
  const b = new DataView(right.buffer, right.byteOffset, length);
  const blocksEnd = length - (length % BLOCK_BYTES);
  for (let at = 0; at < blocksEnd; at += BLOCK_BYTES) {
    const unlikeBits =
      (a.getInt32(at) ^ b.getInt32(at)) |
      (a.getInt32(at + 4) ^ b.getInt32(at + 4)) |
      (a.getInt32(at + 8) ^ b.getInt32(at + 8)) |
      (a.getInt32(at + 12) ^ b.getInt32(at + 12));
    if (unlikeBits !== 0) return false;
  }
  for (let at = blocksEnd; at < length; at += 1) {
    if (left[at] !== right[at]) return false;
  }
  return true;
}
