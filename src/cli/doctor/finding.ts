/** What a check says. A failure prevents judging, a warning makes it less safe or less exact. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'warning' | 'failure';
  readonly subject: string;
  /** What was found. */
  readonly found: string;
  /** What it means for judging; empty when all is well. */
  readonly meaning: string;
  /** What to do about it; empty when nothing need be done. */
  readonly mend: string;
}

export function ok(subject: string, found: string): Finding {
  return { level: 'ok', subject, found, meaning: '', mend: '' };
}

export function preventsJudging(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.level === 'failure');
}
