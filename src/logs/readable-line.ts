const UNSHOWN = new Set(['level', 'time', 'event', 'pid', 'process', 'error']);

/** A line of JSON as people read it at a terminal: `12:00:01 warn webhook-failed webhookId=…`. */
export function readableLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const { time, level, event, error } = line;
  const fields = Object.entries(line)
    .filter(([name]) => !UNSHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const { message, stack } = (error ?? {}) as { message?: string; stack?: string };
  return [
    [String(time).slice(11, 19), level, event, ...fields, message].filter(Boolean).join(' '),
    ...(stack ?? '')
      .split('\n')
      .filter(Boolean)
      .map((frame) => `    ${frame}`),
    '',
  ]
    .map((part) => printable(part))
    .join('\n');
}

/** Nothing that is logged steers the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}
