import { IS_SPACE, NEWLINE } from './white-space.js';

/** Lines and tokens that a stream has passed. */
export interface Place {
  /** Newlines passed. */
  readonly line: number;
  /** Tokens begun since the last of them. */
  readonly token: number;
  /** Tokens begun at all. */
  readonly tokens: number;
}

/** The place after the first bytes of a stream. */
export async function placeAfter(
  chunks: AsyncIterable<Uint8Array>,
  byteCount: number,
): Promise<Place> {
  const place = { line: 0, token: 0, tokens: 0 };
  let inToken = false;
  let leftBytes = byteCount;
  if (leftBytes === 0) return place;
  for await (const chunk of chunks) {
    for (const byte of chunk.subarray(0, leftBytes)) {
      if (IS_SPACE[byte] === 0) {
        if (!inToken) {
          place.token += 1;
          place.tokens += 1;
        }
        inToken = true;
      } else {
        inToken = false;
        if (byte === NEWLINE) {
          place.line += 1;
          place.token = 0;
        }
      }
    }
    leftBytes -= chunk.byteLength;
    if (leftBytes <= 0) break;
  }
  return place;
}
