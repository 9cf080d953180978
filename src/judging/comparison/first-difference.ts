import { structuredPatch } from 'diff';

/** Longer texts are cut before they are compared. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_LINES = 2000;
/** Of the lines shown. */
const MAX_SHOWN_LINES = 20;
const MAX_SHOWN_CHARACTERS = 200;
const CONTEXT_LINES = 2;
/** Texts that have little in common take quadratic time; the lines at the same place are shown then. */
const TIMEOUT_MS = 200;

/**
 * Shows where team output first leaves the answer of a sample, line by line:
 *
 *     line 2
 *       10
 *     - 20   only in the answer
 *     + 21   only in the team output
 *
 * Lines are compared without the blanks at their ends. The text is of bounded length and holds no
 * control characters.
 * @returns undefined where no line differs.
 */
export function describeFirstDifference(answer: string, teamOutput: string): string | undefined {
  const expected = linesOf(answer);
  const found = linesOf(teamOutput);
  const first = firstUnlike(expected, found);
  if (first === undefined) return undefined;
  const lines = alignedLines(expected, found) ?? sameLine(expected, found, first);
  const shown = lines.slice(0, MAX_SHOWN_LINES).map(showLine);
  if (lines.length > MAX_SHOWN_LINES) shown.push('  …');
  return [`line ${first + 1}`, ...shown].join('\n');
}

function linesOf(text: string): readonly string[] {
  const lines = text
    .slice(0, MAX_CHARACTERS)
    .split('\n', MAX_LINES)
    .map((line) => line.trimEnd());
  const last = lines.findLastIndex((line) => line !== '');
  return lines.slice(0, last + 1);
}

function firstUnlike(expected: readonly string[], found: readonly string[]): number | undefined {
  const length = Math.max(expected.length, found.length);
  for (let at = 0; at < length; at += 1) {
    if (expected[at] !== found[at]) return at;
  }
  return undefined;
}

/** The first hunk of a line diff; undefined if that took too long. */
function alignedLines(
  expected: readonly string[],
  found: readonly string[],
): readonly string[] | undefined {
  const patch = structuredPatch('', '', terminated(expected), terminated(found), '', '', {
    context: CONTEXT_LINES,
    timeout: TIMEOUT_MS,
  });
  return patch?.hunks[0]?.lines;
}

function terminated(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function sameLine(expected: readonly string[], found: readonly string[], at: number): string[] {
  return [
    ...expected.slice(Math.max(0, at - CONTEXT_LINES), at).map((line) => ` ${line}`),
    ...expected.slice(at, at + 1).map((line) => `-${line}`),
    ...found.slice(at, at + 1).map((line) => `+${line}`),
  ];
}

/** @param line with the mark of a diff in front. */
function showLine(line: string): string {
  const text = line.slice(1, 1 + MAX_SHOWN_CHARACTERS).replace(UNPRINTABLE, escapeCharacter);
  return `${line.slice(0, 1)} ${text}${line.length > 1 + MAX_SHOWN_CHARACTERS ? '…' : ''}`;
}

/** Controls, formatting such as right-to-left overrides, line separators and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escapeCharacter(character: string): string {
  if (character === '\t') return '\\t';
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
