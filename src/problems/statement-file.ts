import { JudgeError } from '../errors.js';
import type { ProblemSummary, SummaryStatement } from './problem-summary.js';
import { STATEMENT_FORMATS, type StatementFormat } from './statement.js';

/** How each format is sent. What a browser would run or open by itself is only offered as a file. */
export const STATEMENT_MEDIA = {
  md: { type: 'text/markdown; charset=utf-8', disposition: 'inline' },
  html: { type: 'text/html; charset=utf-8', disposition: 'attachment' },
  tex: { type: 'application/x-tex', disposition: 'attachment' },
  txt: { type: 'text/plain; charset=utf-8', disposition: 'inline' },
  pdf: { type: 'application/pdf', disposition: 'attachment' },
} as const satisfies Record<
  StatementFormat,
  { readonly type: string; readonly disposition: 'inline' | 'attachment' }
>;

const DEFAULT_LANGUAGE = 'en';

export interface StatementChoice {
  readonly language?: string | undefined;
  readonly format?: StatementFormat | undefined;
}

/**
 * The file that fits: of the language asked for, else English, else the first there is; of the format
 * asked for, else the one that is easiest to show.
 * @throws JudgeError `not-found`
 */
export function chooseStatement(
  { statements }: ProblemSummary,
  { language, format }: StatementChoice,
): SummaryStatement {
  const [first] = statements;
  const wanted =
    language ??
    (statements.some((each) => each.language === DEFAULT_LANGUAGE)
      ? DEFAULT_LANGUAGE
      : first?.language);
  const formats = format === undefined ? STATEMENT_FORMATS : [format];
  for (const each of formats) {
    const found = statements.find(
      (statement) => statement.language === wanted && statement.format === each,
    );
    if (found !== undefined) return found;
  }
  throw new JudgeError('not-found', 'the problem has no such statement');
}
