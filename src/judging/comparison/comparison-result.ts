/** What comparing team output with the jury answer gives. */
export type ComparisonResult =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      /**
       * `presentation`: the same tokens, other white space. `no-output`: nothing but white space,
       * where the answer has more. Both are words for the reader; the verdict is WA all the same.
       */
      readonly reason: 'wrong' | 'presentation' | 'no-output';
      readonly difference: FirstDifference;
    };

/** Where team output first leaves the answer. Lines, tokens and offsets are those of team output. */
export interface FirstDifference {
  /** From 1. */
  readonly line: number;
  /** Ordinal in its line, from 1; absent where lines or bytes are compared. */
  readonly token?: number;
  /** From 0; of the first byte of the token or line, or of the byte itself. */
  readonly byteOffset: number;
  /** The beginning of what the answer has here, escaped to printable ASCII; absent: nothing more. */
  readonly expected?: string;
  /** Likewise of team output; absent: it had ended. */
  readonly found?: string;
}
