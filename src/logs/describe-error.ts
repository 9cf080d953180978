const MAX_MESSAGE_CHARS = 1000;
const MAX_STACK_CHARS = 4000;
const MAX_CAUSES = 3;

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/**
 * The parts of an error that may be logged. Not its other properties: PostgreSQL's `detail` quotes
 * the row that was refused, and with it a source.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: brief(printed(error)) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: brief(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOf(error).slice(0, MAX_STACK_CHARS) }),
    ...(error.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** The stack repeats the message, at any length. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.map((line) => line.trim()).join('\n');
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : 'something that is no Error was thrown';
}

function brief(text: string): string {
  return text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS)}…`;
}
