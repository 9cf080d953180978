import type { ComparisonOptions } from '../../../../src/judging/comparison/comparison-options.js';

/** The rules again, as plainly as whole strings allow. */
export function referenceOutcome(answer: string, team: string, options: ComparisonOptions): string {
  if (options.method === 'unordered-lines') return unorderedOutcome(answer, team, options);
  const exact = options.method === 'exact';
  const rules = exact ? { method: options.method, caseSensitive: true } : options;
  const expected = tokensOf(answer);
  const found = tokensOf(team);
  const tokensMatch =
    expected.length === found.length &&
    expected.every((token, index) => tokenMatches(token, found[index]!, rules));
  if (!tokensMatch) return found.length === 0 ? 'no-output' : 'wrong';
  if (exact || options.spaceChangeSensitive) {
    return spacesOf(answer) === spacesOf(team) ? 'AC' : 'presentation';
  }
  if (options.method === 'lines') {
    return spacesOf(trimmed(answer)) === spacesOf(trimmed(team)) ? 'AC' : 'presentation';
  }
  return 'AC';
}

function unorderedOutcome(answer: string, team: string, { caseSensitive }: ComparisonOptions) {
  const linesOf = (text: string) =>
    trimmed(caseSensitive ? text : fold(text))
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  if (linesOf(answer).join('\n') === linesOf(team).join('\n')) return 'AC';
  return linesOf(team).length === 0 ? 'no-output' : 'wrong';
}

function tokensOf(text: string): string[] {
  return text.split(/[ \t\n\v\f\r]+/).filter((token) => token !== '');
}

/** The runs of white space, with a word in place of each token. */
function spacesOf(text: string): string {
  return text.replace(/[^ \t\n\v\f\r]+/g, 'x');
}

function trimmed(text: string): string {
  return text.replace(/[ \t\v\f\r]+(?=\n|$)/g, '').replace(/\n+$/, '');
}

function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

type TokenOptions = Partial<ComparisonOptions>;

function tokenMatches(expected: string, found: string, options: TokenOptions): boolean {
  const { floatAbsoluteTolerance: absolute, floatRelativeTolerance: relative } = options;
  const sameText = options.caseSensitive ? expected === found : fold(expected) === fold(found);
  if (absolute === undefined && relative === undefined) return sameText;
  if (sameText) return true;
  const a = fractionOf(expected);
  const s = fractionOf(found);
  if (a === undefined || s === undefined) return false;
  const difference = magnitude(s - a);
  return (
    (absolute !== undefined && difference <= fractionOf(String(absolute))!) ||
    (relative !== undefined && difference * SCALE <= fractionOf(String(relative))! * magnitude(a))
  );
}

/** Numbers in multiples of 10^-POWER. */
const POWER = 6000;
const SCALE = 10n ** BigInt(POWER);

function fractionOf(token: string): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(token);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '' || token.length > 4096) return undefined;
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length;
  if (digits === 0n || power < -POWER) return 0n;
  if (power > POWER) return undefined;
  const scaled = digits * 10n ** BigInt(POWER + power);
  if (scaled >= SCALE * 10n ** 400n) return undefined;
  if (scaled < SCALE / 10n ** 400n) return 0n;
  return sign === '-' ? -scaled : scaled;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
