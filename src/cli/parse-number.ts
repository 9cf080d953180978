import { JudgeError } from '../errors.js';

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new JudgeError('bad-usage', `a number is wanted, not ${JSON.stringify(text)}`);
  }
  return Number(text);
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new JudgeError(
      'bad-usage',
      `--port must be a number up to 65535, not ${JSON.stringify(text)}`,
    );
  }
  return port;
}
