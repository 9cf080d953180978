import { textOf } from './text-of.js';
import { FOLDED, IS_SPACE, NEWLINE } from './white-space.js';

export interface Line {
  /** Without the blanks at its end; a character for each byte. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly byteOffset: number;
}

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

  *read(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      this.#append(chunk.subarray(start, at));
      const line = this.end();
      if (line !== undefined) yield line;
      this.line += 1;
      this.byteOffset += this.#lengthBytes + 1;
      this.#lengthBytes = 0;
      this.#wordsBytes = 0;
      start = at + 1;
    }
    this.#append(chunk.subarray(start));
  }

  /** The line that is being read, if it is not blank. */
  end(): Line | undefined {
    if (this.#wordsBytes === 0) return undefined;
    const kept = this.#kept.subarray(0, Math.min(this.#wordsBytes, this.#keptBytes));
    return { text: textOf(kept), line: this.line, byteOffset: this.byteOffset };
  }

  #append(part: Uint8Array): void {
    let words = part.byteLength;
    while (words > 0 && IS_SPACE[part[words - 1] ?? 0] === 1) words -= 1;
    if (words > 0) this.#wordsBytes = this.#lengthBytes + words;
    if (this.#lengthBytes < this.#keptBytes) {
      const kept = part.subarray(0, this.#keptBytes - this.#lengthBytes);
      this.#makeRoom(this.#lengthBytes + kept.byteLength);
      this.#kept.set(kept, this.#lengthBytes);
      if (!this.#caseSensitive) this.#fold(kept.byteLength);
    }
    this.#lengthBytes += part.byteLength;
  }

  #fold(bytes: number): void {
    for (let at = this.#lengthBytes; at < this.#lengthBytes + bytes; at += 1) {
      this.#kept[at] = FOLDED[this.#kept[at] ?? 0] ?? 0;
    }
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#kept.byteLength) return;
    const grown = new Uint8Array(2 * bytes);
    grown.set(this.#kept.subarray(0, this.#lengthBytes));
    this.#kept = grown;
  }
}
