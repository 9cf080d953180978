import type { ByteSource } from '../bytes.js';
import type { OutputComparison } from './output-comparison.js';
import type { ComparisonResult, FirstDifference } from './comparison-result.js';
import { excerpt } from './excerpt.js';
import { LineReader, type Line } from './line-reader.js';

/**
 * Compares lines as a multiset. What is kept are the distinct lines of the answer with how often
 * each may still come, so memory grows with the answer, which is trusted, and not with the output;
 * and there is no hash that hostile output could be made to collide with.
 */
export class UnorderedLinesComparison implements OutputComparison {
  readonly #answer: ByteSource;
  readonly #caseSensitive: boolean;
  /** How often each line may still come; undefined until the answer has been read. */
  #missing: Map<string, number> | undefined;
  #team: LineReader;
  #teamLines = 0;
  #difference: FirstDifference | undefined;

  constructor(answer: ByteSource, caseSensitive: boolean) {
    this.#answer = answer;
    this.#caseSensitive = caseSensitive;
    this.#team = new LineReader(caseSensitive, 0);
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#difference !== undefined) return undefined;
    if (this.#missing === undefined) {
      return this.#readAnswer().then((missing) => this.#takeAll(chunk, missing));
    }
    this.#takeAll(chunk, this.#missing);
    return undefined;
  }

  async finish(): Promise<ComparisonResult> {
    const missing = this.#missing ?? (await this.#readAnswer());
    const last = this.#team.end();
    if (this.#difference === undefined && last !== undefined) this.#take(last, missing);
    const difference = this.#difference ?? this.#firstMissing(missing);
    if (difference === undefined) return { accepted: true };
    return { accepted: false, reason: this.#teamLines === 0 ? 'no-output' : 'wrong', difference };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #readAnswer(): Promise<Map<string, number>> {
    const missing = new Map<string, number>();
    const reader = new LineReader(this.#caseSensitive, Infinity);
    let longest = 0;
    const add = ({ text }: Line): void => {
      missing.set(text, (missing.get(text) ?? 0) + 1);
      longest = Math.max(longest, text.length);
    };
    for await (const chunk of this.#answer.read({ reuseMemory: true })) {
      for (const line of reader.read(chunk)) add(line);
    }
    const last = reader.end();
    if (last !== undefined) add(last);
    this.#missing = missing;
    // One more byte than any line of the answer is enough to know that a line is not among them.
    this.#team = new LineReader(this.#caseSensitive, longest + 1);
    return missing;
  }

  #takeAll(chunk: Uint8Array, missing: Map<string, number>): void {
    for (const line of this.#team.read(chunk)) {
      this.#take(line, missing);
      if (this.#difference !== undefined) return;
    }
  }

  #take({ text, line, byteOffset }: Line, missing: Map<string, number>): void {
    this.#teamLines += 1;
    const left = missing.get(text);
    if (left === undefined) this.#difference = { line, byteOffset, found: shown(text) };
    else if (left === 1) missing.delete(text);
    else missing.set(text, left - 1);
  }

  #firstMissing(missing: Map<string, number>): FirstDifference | undefined {
    for (const text of missing.keys()) {
      return { line: this.#team.line, byteOffset: this.#team.byteOffset, expected: shown(text) };
    }
    return undefined;
  }
}

/** A line holds one byte in each of its characters. */
function shown(text: string): string {
  return excerpt(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
