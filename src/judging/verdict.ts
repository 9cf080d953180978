/**
 * The verdicts (CLICS: judgement types). JE is our fault: it stays pending and is never held
 * against the student.
 */
export const VERDICTS = {
  AC: { name: 'accepted', solved: true, icpc: 'AC' },
  WA: { name: 'wrong answer', solved: false, icpc: 'WA' },
  TLE: { name: 'time limit exceeded', solved: false, icpc: 'TLE' },
  MLE: { name: 'memory limit exceeded', solved: false, icpc: 'RTE' },
  OLE: { name: 'output limit exceeded', solved: false, icpc: 'WA' },
  RTE: { name: 'run-time error', solved: false, icpc: 'RTE' },
  CE: { name: 'compile error', solved: false, icpc: 'CE' },
  JE: { name: 'judging error', solved: false, icpc: 'pending' },
} as const satisfies Record<string, { name: string; solved: boolean; icpc: string }>;

export type Verdict = keyof typeof VERDICTS;

export function isVerdict(text: string): text is Verdict {
  return Object.hasOwn(VERDICTS, text);
}

/** The strict ICPC view: MLE is shown as RTE, OLE as WA, JE stays pending. */
export type IcpcVerdict = (typeof VERDICTS)[Verdict]['icpc'];

export function icpcView(verdict: Verdict): IcpcVerdict {
  return VERDICTS[verdict].icpc;
}
