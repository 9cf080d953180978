/** An attempt that this process has to make, and nobody else until the lease is over. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly accountId: string;
  readonly url: string;
  /** Current first. */
  readonly secrets: readonly string[];
  /** Of the webhook, before this attempt. */
  readonly failures: number;
  /** From 1: the fence. */
  readonly attempt: number;
  /** The same, counted from when it was last asked for. */
  readonly tries: number;
  /** By the database's clock. */
  readonly claimedAt: Date;
  readonly event: DeliveredEvent;
}

export interface DeliveredEvent {
  readonly submissionId: string;
  readonly judgementId: string;
  readonly sequence: number;
  readonly type: string;
  readonly data: object;
  readonly createdAt: Date;
}

/** The same however often it is sent, and to whichever webhook. */
export function messageId({
  submissionId,
  sequence,
}: Pick<DeliveredEvent, 'submissionId' | 'sequence'>): string {
  return `${submissionId}.${sequence}`;
}

/** What is sent: `type`, `timestamp` and `data`, as Standard Webhooks asks for. */
export function messageBody(event: DeliveredEvent): string {
  const { submissionId, judgementId, sequence, type, data, createdAt } = event;
  return JSON.stringify({
    type,
    timestamp: createdAt.toISOString(),
    data: {
      ...data,
      submission_id: submissionId,
      judgement_id: judgementId,
      sequence,
    },
  });
}
