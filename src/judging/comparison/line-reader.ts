import { FOLDED, IS_SPACE, NEWLINE } from './white-space.js';

export interface Line {
  /** Without the blanks at its end; a character for each byte. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly byteOffset: number;
}

/** What String.fromCharCode takes at once. */
const PIECE_BYTES = 8192;

/** Cuts a stream into the lines that are not blank. */
export class LineReader {
  /** Of the line that is being read. */
  line = 1;
  byteOffset = 0;

  readonly #caseSensitive: boolean;
  readonly #keptBytes: number;
  #kept = new Uint8Array(256);
  #lengthBytes = 0;
  /** Length without the blanks at the end. */
  #wordsBytes = 0;

  /** @param keptBytes how much of a line is read; the rest of a longer one is dropped. */
  constructor(caseSensitive: boolean, keptBytes: number) {
    this.#caseSensitive = caseSensitive;
    this.#keptBytes = keptBytes;
  }

  read(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    for (const byte of chunk) {
      if (byte === NEWLINE) {
        lines.push(...this.end());
        this.line += 1;
        this.byteOffset += this.#lengthBytes + 1;
        this.#lengthBytes = 0;
        this.#wordsBytes = 0;
      } else {
        this.#keep(byte);
      }
    }
    return lines;
  }

  /** The line that is being read, if it is not blank. */
  end(): readonly Line[] {
    if (this.#wordsBytes === 0) return [];
    const kept = this.#kept.subarray(0, Math.min(this.#wordsBytes, this.#keptBytes));
    return [{ text: textOf(kept), line: this.line, byteOffset: this.byteOffset }];
  }

  #keep(byte: number): void {
    if (this.#lengthBytes < this.#keptBytes) {
      if (this.#lengthBytes === this.#kept.byteLength) this.#grow();
      this.#kept[this.#lengthBytes] = this.#caseSensitive ? byte : (FOLDED[byte] ?? byte);
    }
    this.#lengthBytes += 1;
    if (IS_SPACE[byte] === 0) this.#wordsBytes = this.#lengthBytes;
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#kept.byteLength);
    grown.set(this.#kept);
    this.#kept = grown;
  }
}

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  }
  return text;
}
