/** How the default output validator compares (problem package format 2025-09, "Default output validator"). */
export interface ComparisonOptions {
  readonly method: 'tokens' | 'exact' | 'lines' | 'unordered-lines';
  readonly caseSensitive: boolean;
  readonly spaceChangeSensitive: boolean;
  /** An absent tolerance is never satisfied; with neither, numbers are compared as text. */
  readonly floatAbsoluteTolerance?: number;
  readonly floatRelativeTolerance?: number;
}

export const DEFAULT_COMPARISON: ComparisonOptions = {
  method: 'tokens',
  caseSensitive: false,
  spaceChangeSensitive: false,
};
