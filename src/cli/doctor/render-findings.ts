import type { Paint } from '../paint.js';
import type { Finding } from './finding.js';

const MARKS = { ok: '✓', note: '·', warning: '!', failure: '✗' } as const;
const COLOURS = { ok: 'green', note: 'cyan', warning: 'yellow', failure: 'red' } as const;

/** Wide enough for commands, narrow enough to read. */
const TEXT_COLUMNS = 80;

export function renderFindings(findings: readonly Finding[], paint: Paint): string {
  const width = Math.max(...findings.map((finding) => finding.subject.length));
  const indent = ' '.repeat(width + 4);
  return findings
    .flatMap((finding) => {
      const mark = paint(COLOURS[finding.level], MARKS[finding.level]);
      return [
        `${mark} ${finding.subject.padEnd(width)}  ${finding.found}`,
        ...[finding.meaning, finding.mend].flatMap(wrap).map((text) => indent + text),
      ];
    })
    .join('\n');
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= TEXT_COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
