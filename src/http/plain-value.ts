import { JudgeError } from '../errors.js';

const MAX_DEPTH = 32;
/** Keys and items together: more than any request needs, and walked in milliseconds. */
const MAX_PARTS = 100_000;

/**
 * Refuses what no handler is to meet in a parsed body, query or form: deep nesting, heaps of keys,
 * numbers that are not finite (`1e400`), and strings that are no text (NUL, lone surrogates), which
 * PostgreSQL does not take either.
 * @throws JudgeError `bad-usage`
 */
export function checkPlainValue(value: unknown): void {
  let parts = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw refused('the request is nested too deeply');
    parts += level.length;
    if (parts > MAX_PARTS) throw refused('the request has too many parts');
    level = level.flatMap(partsOf);
  }
}

function partsOf(value: unknown): unknown[] {
  if (typeof value === 'string') checkText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw refused('a number of the request is too large');
  }
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  Object.keys(value).forEach(checkText);
  return Object.values(value) as unknown[];
}

/** @throws JudgeError `bad-usage` */
export function checkText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw refused('a text of the request has a NUL or a lone surrogate');
  }
}

/**
 * A field of a form, which was read as UTF-8: what is none has become replacement characters.
 * @throws JudgeError `bad-usage`
 */
export function checkField(text: string): void {
  checkText(text);
  if (text.includes('\ufffd')) {
    throw refused('a field of the form is not UTF-8: send such bytes as a file');
  }
}

function refused(message: string): JudgeError {
  return new JudgeError('bad-usage', message);
}
