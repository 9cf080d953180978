import { diffLines } from 'diff';
import type { Run } from '../judging/run.js';
import type { Paint } from './paint.js';
import { onOneLine } from './printable.js';

/** A diff of 64 KiB against 64 KiB may take minutes; who reads it looks at the first lines. */
const DIFF_BYTES = 16 * 1024;
const DIFF_TIMEOUT_MS = 500;
const CONTEXT_LINES = 2;
const LINES_SHOWN = 12;
const LINE_CHARACTERS = 120;
const STDERR_LINES_SHOWN = 5;

/** Where a sample went wrong: the jury's lines with `-`, the team's with `+`. Empty for secret cases. */
export function renderSampleDifference(run: Run, paint: Paint): readonly string[] {
  const { sample, testCase } = run;
  if (sample === undefined) return [];
  const lines = run.rule === 'validator' ? firstDifference(sample.answer, sample.teamOutput) : [];
  const stderr = sample.stderr.trimEnd().split('\n').filter(Boolean).slice(-STDERR_LINES_SHOWN);
  if (lines.length === 0 && stderr.length === 0) return [];
  return [
    '',
    paint('bold', lines.length === 0 ? `${testCase}:` : `${testCase}: expected (-), got (+)`),
    ...lines.map((line) => colour(line, paint)),
    ...stderr.map((line) => `  stderr: ${shorten(line)}`),
    '',
  ];
}

export function firstDifference(answer: string, teamOutput: string): readonly string[] {
  const changes = diffLines(cut(answer), cut(teamOutput), { timeout: DIFF_TIMEOUT_MS });
  const lines = changes?.flatMap(({ value, added, removed }) => {
    const sign = added ? '+' : removed ? '-' : ' ';
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `${sign} ${shorten(line)}`);
  });
  if (lines === undefined) return [];
  const first = lines.findIndex((line) => !line.startsWith(' '));
  if (first < 0) return [];
  const start = Math.max(0, first - CONTEXT_LINES);
  const shown = lines.slice(start, start + LINES_SHOWN);
  return start + LINES_SHOWN < lines.length ? [...shown, '  …'] : shown;
}

function cut(text: string): string {
  return text.length > DIFF_BYTES ? text.slice(0, DIFF_BYTES) : text;
}

function shorten(line: string): string {
  const text = onOneLine(line);
  return text.length > LINE_CHARACTERS ? `${text.slice(0, LINE_CHARACTERS)}…` : text;
}

function colour(line: string, paint: Paint): string {
  if (line.startsWith('-')) return paint('green', line);
  return line.startsWith('+') ? paint('red', line) : line;
}
