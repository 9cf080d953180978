/** More alternatives than anyone writes, and few enough to try them all. */
const MAX_ALTERNATIVES = 1000;

/**
 * The patterns of submissions.yaml (2025-09 "Glob patterns"): `*` matches within a name, braces
 * list alternatives. A path matches when it or a directory above it does.
 */
export class Glob {
  readonly #alternatives: readonly (readonly string[])[];

  private constructor(alternatives: readonly string[]) {
    this.#alternatives = alternatives.map((alternative) =>
      alternative.replace(/\/+$/, '').split('/'),
    );
  }

  /** undefined when the braces give too many alternatives. */
  static parse(pattern: string): Glob | undefined {
    const alternatives = expandBraces(pattern);
    return alternatives === undefined ? undefined : new Glob(alternatives);
  }

  matches(path: string): boolean {
    const names = path.split('/');
    return this.#alternatives.some(
      (patterns) =>
        patterns.length <= names.length &&
        patterns.every((pattern, at) => matchesName(pattern, names[at] ?? '')),
    );
  }
}

function expandBraces(pattern: string): readonly string[] | undefined {
  const group = innermostGroup(pattern);
  if (group === undefined) return [pattern];
  const { start, end, choices } = group;
  const expanded: string[] = [];
  for (const choice of choices) {
    const rest = expandBraces(pattern.slice(0, start) + choice + pattern.slice(end + 1));
    if (rest === undefined || expanded.length + rest.length > MAX_ALTERNATIVES) return undefined;
    expanded.push(...rest);
  }
  return [...new Set(expanded)];
}

/** A pair of braces without braces inside; a brace without a partner is an ordinary character. */
function innermostGroup(pattern: string) {
  const end = pattern.indexOf('}');
  const start = end < 0 ? -1 : pattern.lastIndexOf('{', end);
  if (start < 0) return undefined;
  return { start, end, choices: pattern.slice(start + 1, end).split(',') };
}

/** Linear in pattern times name: on a mismatch only the latest `*` takes one character more. */
function matchesName(pattern: string, name: string): boolean {
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  let inName = 0;
  while (inName < name.length) {
    const character = pattern.charAt(inPattern);
    if (character === '*') {
      star = inPattern;
      afterStar = inName;
      inPattern += 1;
    } else if (inPattern < pattern.length && character === name.charAt(inName)) {
      inPattern += 1;
      inName += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      afterStar += 1;
      inName = afterStar;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
