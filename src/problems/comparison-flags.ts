import {
  DEFAULT_COMPARISON,
  type ComparisonOptions,
} from '../judging/comparison/comparison-options.js';
import { parseDecimal } from './decimal.js';

/** Flags that stand alone. The methods other than token by token are an addition of this engine. */
const SWITCHES: Readonly<Record<string, Partial<ComparisonOptions>>> = {
  case_sensitive: { caseSensitive: true },
  space_change_sensitive: { spaceChangeSensitive: true },
  exact: { method: 'exact' },
  lines: { method: 'lines' },
  unordered_lines: { method: 'unordered-lines' },
};

/** Flags that take a number, and which tolerances it sets. */
const TOLERANCES: Readonly<Record<string, (epsilon: number) => Partial<ComparisonOptions>>> = {
  float_absolute_tolerance: (epsilon) => ({ floatAbsoluteTolerance: epsilon }),
  float_relative_tolerance: (epsilon) => ({ floatRelativeTolerance: epsilon }),
  float_tolerance: (epsilon) => ({
    floatAbsoluteTolerance: epsilon,
    floatRelativeTolerance: epsilon,
  }),
};

export type ComparisonFlags =
  | { readonly kind: 'options'; readonly options: ComparisonOptions }
  | { readonly kind: 'invalid'; readonly message: string };

/** Reads the arguments of the default output validator; of a repeated flag the last one counts. */
export function parseComparisonFlags(flags: readonly string[]): ComparisonFlags {
  let options = DEFAULT_COMPARISON;
  for (let at = 0; at < flags.length; at += 1) {
    const flag = (flags[at] ?? '').replace(/^--?/, '');
    const change = Object.hasOwn(SWITCHES, flag) ? SWITCHES[flag] : undefined;
    const tolerance = Object.hasOwn(TOLERANCES, flag) ? TOLERANCES[flag] : undefined;
    if (change !== undefined) {
      options = { ...options, ...change };
    } else if (tolerance !== undefined) {
      at += 1;
      const epsilon = parseDecimal(flags[at] ?? '');
      if (epsilon === undefined || epsilon < 0) {
        return invalid(`must have a number of at least 0 after ${flag}`);
      }
      options = { ...options, ...tolerance(epsilon) };
    } else {
      const shown = JSON.stringify(flags[at]?.slice(0, 40));
      return invalid(`has a flag that the default output validator does not know: ${shown}`);
    }
  }
  return { kind: 'options', options };
}

function invalid(message: string): ComparisonFlags {
  return { kind: 'invalid', message };
}
