/** What may happen to the current judgement of a submission, as clients are told. */
export const EVENT_TYPES = [
  'judgement.queued',
  'judgement.started',
  'judgement.compiled',
  'judgement.run',
  'judgement.finished',
  'judgement.requeued',
  'judgement.replaced',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** After these nothing more comes, unless somebody judges the submission again. */
const LAST: ReadonlySet<string> = new Set<EventType>(['judgement.finished', 'judgement.replaced']);

export function isLastEvent(type: string): boolean {
  return LAST.has(type);
}
