import { icpcView, type Verdict } from '../judging/verdict.js';

/** How verdicts are shown: as they are, or as a strict ICPC contest shows them. */
export const VERDICT_VIEWS = ['detailed', 'icpc'] as const;

export type VerdictView = (typeof VERDICT_VIEWS)[number];

/** null: pending, as a JE is in the strict view. */
export function shownVerdict(verdict: Verdict | null, view: VerdictView): Verdict | null {
  if (verdict === null || view === 'detailed') return verdict;
  const shown = icpcView(verdict);
  return shown === 'pending' ? null : shown;
}
