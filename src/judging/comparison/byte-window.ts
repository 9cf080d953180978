import { IS_SPACE, NEWLINE } from './white-space.js';

const NOTHING = new Uint8Array();

/**
 * The part of a byte stream that is being looked at. Chunks come in with `supply`; what is left
 * over of them stays in front of the next. Chunks are borrowed: before their owner may use them
 * again, `keepRest` copies what is left.
 */
export class ByteWindow {
  /** Ends with the last byte that has come. */
  bytes: Uint8Array = NOTHING;
  /** Of the next byte, in `bytes`. */
  position = 0;
  /** No more bytes will come. */
  closed = false;
  /** Newlines passed, and tokens passed since the last of them. */
  line = 0;
  token = 0;

  /** Offset in the stream of the first byte of `bytes`. */
  #origin = 0;
  #room: Uint8Array = NOTHING;
  #ownsBytes = false;
  /** Bytes of the token at the position that are known to belong to it: none is looked at twice. */
  #scannedBytes = 0;

  get byteOffset(): number {
    return this.#origin + this.position;
  }

  get isEmpty(): boolean {
    return this.position === this.bytes.byteLength;
  }

  get rest(): Uint8Array {
    return this.bytes.subarray(this.position);
  }

  /** Nothing is left, and nothing will come. */
  get isOver(): boolean {
    return this.closed && this.isEmpty;
  }

  supply(chunk: Uint8Array): void {
    if (this.isEmpty) {
      this.#replace(chunk, false);
      return;
    }
    const rest = this.#keepRest(chunk.byteLength);
    this.#room.set(chunk, rest.end);
    this.bytes = this.#room.subarray(0, rest.end + chunk.byteLength);
  }

  keepRest(): void {
    if (this.isEmpty) this.#replace(NOTHING, false);
    else this.#keepRest(0);
  }

  /** Passes white space. Returns whether its end is known: a byte that is none, or the end of the stream. */
  passSpace(): boolean {
    const { bytes } = this;
    let at = this.position;
    for (let byte = bytes[at]; byte !== undefined && IS_SPACE[byte] === 1; byte = bytes[++at]) {
      if (byte === NEWLINE) {
        this.line += 1;
        this.token = 0;
      }
    }
    this.position = at;
    return at < bytes.byteLength || this.closed;
  }

  /** Passes one byte of white space. */
  passSpaceByte(): void {
    if (this.bytes[this.position] === NEWLINE) {
      this.line += 1;
      this.token = 0;
    }
    this.position += 1;
  }

  /**
   * Where the token at the position ends, in `bytes`; `position + atMost` if it is longer;
   * undefined while too few bytes have come to tell.
   */
  tokenEnd(atMost: number): number | undefined {
    const { bytes } = this;
    const last = Math.min(bytes.byteLength, this.position + atMost);
    let at = this.position + this.#scannedBytes;
    while (at < last && IS_SPACE[bytes[at] ?? 0] === 0) at += 1;
    const known = at < bytes.byteLength || at === this.position + atMost || this.closed;
    this.#scannedBytes = known ? 0 : at - this.position;
    return known ? at : undefined;
  }

  /** Passes the token that ends there. */
  passToken(end: number): void {
    this.position = end;
    this.token += 1;
  }

  /** Puts bytes that were passed back in front. */
  prepend(passed: Uint8Array): void {
    const { rest } = this;
    const joined = new Uint8Array(passed.byteLength + rest.byteLength);
    joined.set(passed);
    joined.set(rest, passed.byteLength);
    this.#replace(joined, false, this.position - passed.byteLength);
  }

  /** Moves what is left into memory of its own, with room for as many bytes again behind it. */
  #keepRest(roomBytes: number): { end: number } {
    const end = this.bytes.byteLength;
    if (this.#ownsBytes && end + roomBytes <= this.#room.byteLength) return { end };
    const { rest } = this;
    const neededBytes = rest.byteLength + roomBytes;
    const room =
      neededBytes <= this.#room.byteLength ? this.#room : new Uint8Array(2 * neededBytes);
    room.set(rest);
    this.#room = room;
    this.#replace(room.subarray(0, rest.byteLength), true, this.position);
    return { end: rest.byteLength };
  }

  #replace(bytes: Uint8Array, owned: boolean, passedBytes = this.bytes.byteLength): void {
    this.#origin += passedBytes;
    this.bytes = bytes;
    this.position = 0;
    this.#ownsBytes = owned;
  }
}
