import { Webhook } from 'standardwebhooks';

export interface SignedMessage {
  readonly id: string;
  /** Of the attempt. */
  readonly time: Date;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks): signed with
 * every secret that is valid, so that receivers can change theirs at any time of a rotation.
 */
export function signatureHeaders(
  { id, time, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, time, body))
      .join(' '),
  };
}
