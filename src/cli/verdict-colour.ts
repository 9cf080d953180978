import type { Verdict } from '../judging/verdict.js';
import type { Paint } from './paint.js';

export function paintVerdict(paint: Paint, verdict: Verdict, text: string = verdict): string {
  if (verdict === 'AC') return paint('green', text);
  return paint(verdict === 'JE' ? 'yellow' : 'red', text);
}
