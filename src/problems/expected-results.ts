import type { Verdict } from '../judging/verdict.js';

/** DOMjudge's annotation of a jury source: `@EXPECTED_RESULTS@: CORRECT, WRONG-ANSWER`. */
export type ExpectedResults =
  | { readonly kind: 'none' }
  | { readonly kind: 'verdicts'; readonly verdicts: readonly Verdict[] }
  /** Stated, and not honoured. */
  | { readonly kind: 'score' }
  | { readonly kind: 'unclear'; readonly message: string };

const RESULTS_TAG = '@EXPECTED_RESULTS@: ';
const SCORE_TAG = '@EXPECTED_SCORE@: ';

/** DOMjudge's names and the directory names of the package format. */
const NAMES: Readonly<Record<string, readonly Verdict[]>> = {
  ACCEPTED: ['AC'],
  'COMPILER-ERROR': ['CE'],
  COMPILER_ERROR: ['CE'],
  CORRECT: ['AC'],
  'MEMORY-LIMIT': ['MLE'],
  MEMORY_LIMIT_EXCEEDED: ['MLE'],
  'NO-OUTPUT': ['WA'],
  NO_OUTPUT: ['WA'],
  'OUTPUT-LIMIT': ['OLE'],
  OUTPUT_LIMIT: ['OLE'],
  'RUN-ERROR': ['RTE', 'MLE'],
  RUN_TIME_ERROR: ['RTE', 'MLE'],
  TIMELIMIT: ['TLE'],
  TIME_LIMIT_EXCEEDED: ['TLE'],
  'WRONG-ANSWER': ['WA', 'OLE'],
  WRONG_ANSWER: ['WA', 'OLE'],
};

export function parseExpectedResults(source: string): ExpectedResults {
  const results = annotations(source, RESULTS_TAG);
  const scores = annotations(source, SCORE_TAG);
  if (results.length > 1 || scores.length > 1) {
    return { kind: 'unclear', message: 'has more than one @EXPECTED_…@ annotation of a kind' };
  }
  const [score] = scores;
  const isNumber = score !== undefined && /^[+-]?\d*\.?\d+$/.test(score);
  const names = [...results, ...(isNumber ? [] : scores)];
  if (names.length > 1) {
    return { kind: 'unclear', message: 'has two annotations of expected results' };
  }
  const [list] = names;
  if (list === undefined) return { kind: isNumber ? 'score' : 'none' };
  return parseNames(list);
}

function parseNames(list: string): ExpectedResults {
  const verdicts = new Set<Verdict>();
  for (const part of list.split(',')) {
    const name = part.trim().toUpperCase();
    const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (known === undefined) {
      return { kind: 'unclear', message: `expects ${name.slice(0, 40)}, which is not known` };
    }
    for (const verdict of known) verdicts.add(verdict);
  }
  return { kind: 'verdicts', verdicts: [...verdicts] };
}

/** The rest of each line that has the tag in it; letters may be of either case. */
function annotations(source: string, tag: string): readonly string[] {
  const upper = source.toUpperCase();
  const found: string[] = [];
  for (let at = upper.indexOf(tag); at >= 0; at = upper.indexOf(tag, at + tag.length)) {
    const start = at + tag.length;
    const end = source.indexOf('\n', start);
    found.push(source.slice(start, end < 0 ? undefined : end).trim());
  }
  return found;
}
