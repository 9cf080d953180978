import type { ByteWindow } from './byte-window.js';
import { equalBytes } from './equal-bytes.js';
import { IS_SPACE } from './white-space.js';

/**
 * Follows two streams for as long as they are the same byte by byte, which right output mostly is
 * from beginning to end, without looking for tokens or lines. What it keeps is the token that was
 * begun last: where it begins, and its first bytes.
 */
export class EqualPrefix {
  readonly #keptBytes: number;
  /** Made when something must be kept: most output ends with a space. */
  #kept: Uint8Array | undefined;
  #tokenBytes = 0;
  #lengthBytes = 0;

  constructor(keptBytes: number) {
    this.#keptBytes = keptBytes;
  }

  /** Offset of the begun token; where there is none, of the end of the prefix. */
  get tokenOffset(): number {
    return this.#lengthBytes - this.#tokenBytes;
  }

  /** Of the begun token; it may be longer than what is kept of it. */
  get tokenBytes(): number {
    return this.#tokenBytes;
  }

  /** The beginning of the begun token. */
  get tokenStart(): Uint8Array {
    const keptBytes = Math.min(this.#tokenBytes, this.#keptBytes);
    return this.#kept?.slice(0, keptBytes) ?? new Uint8Array(0);
  }

  /** Passes the bytes that both have at hand. Returns false, and passes nothing, if they differ. */
  pass(team: ByteWindow, answer: ByteWindow): boolean {
    const teamBytes = team.rest;
    const answerBytes = answer.rest;
    const length = Math.min(teamBytes.byteLength, answerBytes.byteLength);
    if (!equalBytes(teamBytes, answerBytes, length)) return false;
    team.position += length;
    answer.position += length;
    this.#follow(teamBytes.subarray(0, length));
    return true;
  }

  #follow(bytes: Uint8Array): void {
    this.#lengthBytes += bytes.byteLength;
    let start = bytes.byteLength;
    while (start > 0 && IS_SPACE[bytes[start - 1] ?? 0] === 0) start -= 1;
    if (start > 0) this.#tokenBytes = 0;
    if (this.#tokenBytes < this.#keptBytes && start < bytes.byteLength) {
      this.#kept ??= new Uint8Array(this.#keptBytes);
      this.#kept.set(
        bytes.subarray(start, start + this.#keptBytes - this.#tokenBytes),
        this.#tokenBytes,
      );
    }
    this.#tokenBytes += bytes.byteLength - start;
  }
}
