import type { ByteSink } from './bytes.js';

/** Keeps the first bytes it is given, and forgets the rest. */
export interface Capture extends ByteSink {
  clear(): void;
  isFull(): boolean;
  /**
   * What was kept, as UTF-8; invalid bytes become U+FFFD. A cut is marked.
   * @param cutBefore the sandbox dropped the rest, before it came here.
   */
  text(cutBefore?: boolean): string;
}

export function capture(capBytes: number): Capture {
  let chunks: Uint8Array[] = [];
  let keptBytes = 0;
  let truncated = false;
  return {
    write(chunk) {
      const part = chunk.subarray(0, capBytes - keptBytes);
      truncated ||= part.byteLength < chunk.byteLength;
      if (part.byteLength === 0) return;
      // Copied: the writer may reuse its buffer.
      chunks.push(part.slice());
      keptBytes += part.byteLength;
    },
    clear() {
      chunks = [];
      keptBytes = 0;
      truncated = false;
    },
    isFull: () => keptBytes >= capBytes,
    text(cutBefore = false) {
      if (chunks.length === 0 && !truncated && !cutBefore) return '';
      const decoder = new TextDecoder();
      const text = chunks.map((part) => decoder.decode(part, { stream: true })).join('');
      return text + decoder.decode() + (truncated || cutBefore ? '\n[cut here]' : '');
    },
  };
}

/** Writes to several sinks in order; waits for the slowest. */
export function tee(...sinks: readonly ByteSink[]): ByteSink {
  return {
    async write(chunk) {
      for (const sink of sinks) await sink.write(chunk);
    },
  };
}
