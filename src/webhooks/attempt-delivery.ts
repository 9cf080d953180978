import type { ClaimedDelivery } from './delivery.js';
import { messageBody, messageId } from './delivery.js';
import type { SendOutcome, Target } from './send-request.js';
import type { FailedAttempt } from './settle-delivery.js';
import { signatureHeaders, type SignedMessage } from './sign-event.js';

export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | ({ readonly kind: 'failed' } & FailedAttempt);

const GONE = 410;

/** The request of an attempt. `elapsedMs`: since it was claimed. */
export function requestOf(delivery: ClaimedDelivery, elapsedMs: number): Target {
  return signedRequest(delivery.url, delivery.secrets, {
    id: messageId(delivery.event),
    // The clock of this machine may be wrong, and receivers refuse what is minutes old.
    time: new Date(delivery.claimedAt.getTime() + elapsedMs),
    body: messageBody(delivery.event),
  });
}

export function signedRequest(
  url: string,
  secrets: readonly string[],
  message: SignedMessage,
): Target {
  return {
    url: new URL(url),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Minos-Webhooks/1',
      ...signatureHeaders(message, secrets),
    },
    body: Buffer.from(message.body, 'utf8'),
  };
}

/** Any 2xx says that it has arrived. */
export function judgeOutcome(outcome: SendOutcome): AttemptOutcome {
  if (outcome.kind === 'unanswered') return { kind: 'failed', error: outcome.error };
  const { status, retryAfterMs } = outcome;
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  return {
    kind: 'failed',
    status,
    error:
      status >= 300 && status < 400
        ? `redirects are not followed (status ${status})`
        : `answered with status ${status}`,
    gone: status === GONE,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
