import type { ByteSource } from '../bytes.js';
import type { ComparisonOptions } from './comparison-options.js';
import type { OutputComparison } from './output-comparison.js';
import { TokenComparison } from './token-comparison.js';
import { ToleranceCheck } from './tolerance-check.js';
import { UnorderedLinesComparison } from './unordered-lines-comparison.js';

/**
 * Compares team output with the jury answer in constant memory, whatever the output is; of both
 * only the bytes at hand are kept, and of a token at most 4096. A written promise is pending while
 * the answer is being read. Once the output is known to be wrong, writing costs nothing.
 *
 * This is the default output validator of the problem package format 2025-09 ("Default output
 * validator specification"). What it leaves open is answered here, with DOMjudge's compare.cc and
 * problemtools' default_validator.cc as precedents:
 *
 * - Tokens are separated by the bytes 20 09 0a 0b 0c 0d and no others: NUL belongs to its token, so
 *   `hello\0` is not `hello`. Case is folded for A–Z only.
 * - `tokens` ignores white space, or with `spaceChangeSensitive` compares every byte of it.
 *   `exact` is `tokens` with both sensitivities and no tolerance, which is to say equal bytes.
 *   `lines` ignores blanks at line ends and empty lines at the very end; other white space counts.
 *   `unordered-lines` compares lines as `lines` does, without empty ones, as a multiset; it keeps
 *   the distinct lines of the answer in memory, and knows no tolerance.
 * - Under a tolerance an answer token that is a number by the format's grammar (`NumberReader`; so
 *   integers too) is compared as one, and the team's must be one. Tokens of the same text are
 *   always within the tolerance. Otherwise |s − a| is held against the tolerance exactly, for the
 *   decimals as they are written (`ToleranceCheck`): there is no precision to exceed, and integers
 *   above 2^53 differ by what they differ. A tolerance that is absent is never satisfied.
 * - `inf`, `nan` and hexadecimal floats are no numbers by that grammar (the precedents read them
 *   with scanf, and disagree about them). Where the answer has one it is text: `inf` accepts
 *   `inf` and `INF`, not `infinity` or `1e999`, and `nan` accepts `NaN`. Where the answer is a
 *   number, none of them is accepted.
 * - Numbers of more than 4096 bytes, or of 1e400 and more, are text; those below 1e-400 are zero.
 * - White space that differs where it counts while all the tokens match is a presentation error,
 *   and only white space where the answer has more is no output. Both are WA.
 *
 * @throws RangeError if a tolerance is not a finite number from 0 on.
 */
export function compareOutput(answer: ByteSource, options: ComparisonOptions): OutputComparison {
  const { method, caseSensitive, spaceChangeSensitive } = options;
  const tolerance = toleranceOf(options);
  switch (method) {
    case 'tokens':
      return new TokenComparison(answer, {
        space: spaceChangeSensitive ? 'same' : 'ignored',
        caseSensitive,
        ...tolerance,
      });
    case 'exact':
      return new TokenComparison(answer, { space: 'same', caseSensitive: true });
    case 'lines':
      return new TokenComparison(answer, {
        space: spaceChangeSensitive ? 'same' : 'lines',
        caseSensitive,
        ...tolerance,
      });
    case 'unordered-lines':
      return new UnorderedLinesComparison(answer, caseSensitive);
  }
}

function toleranceOf({
  floatAbsoluteTolerance: absolute,
  floatRelativeTolerance: relative,
}: ComparisonOptions): { readonly tolerance?: ToleranceCheck } {
  if (absolute === undefined && relative === undefined) return {};
  return {
    tolerance: new ToleranceCheck({
      ...(absolute === undefined ? {} : { absolute }),
      ...(relative === undefined ? {} : { relative }),
    }),
  };
}
