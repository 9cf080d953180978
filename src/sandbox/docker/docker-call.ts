import { SandboxFailure } from '../../judging/ports.js';
import { opaque } from './opaque.js';

/** Runs one call of the daemon under a deadline. */
export async function withDeadline<T>(
  what: string,
  deadlineMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const signal = opaque(controller.signal);
  const timer = setTimeout(() => {
    controller.abort(new Error(`no answer in ${deadlineMs / 1000} s`));
  }, deadlineMs);
  try {
    return await unlessAborted(call(signal), controller.signal);
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    throw failureOf(what, reason);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Settles with the call, or with the signal's reason. dockerode settles neither when the daemon dies in
 * the midst of an answer, nor when it is told to abort after that.
 */
export async function unlessAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([call, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    // Who gave up does not want to know how it ended.
    call.catch(() => undefined);
  }
}

export function failureOf(what: string, cause: unknown): SandboxFailure {
  return new SandboxFailure(`Docker could not ${what}: ${messageOf(cause)}`, { cause });
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}

/** HTTP status of the daemon's refusal, if it answered at all. */
export function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'statusCode' in cause ? (cause.statusCode as number) : undefined;
}
