import { JudgeError } from '../errors.js';

/**
 * The number a client says it has seen: what its EventSource sends, or, of one that cannot send
 * headers, a parameter. 0: nothing yet.
 * @throws JudgeError `bad-usage` for what is no such number.
 */
export function parseLastEventId(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) {
    throw new JudgeError('bad-usage', 'Last-Event-ID must be the number of an event');
  }
  return Number(text);
}
