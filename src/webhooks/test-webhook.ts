import { sql, type Kysely } from 'kysely';
import { newId } from '../database/new-id.js';
import type { Database } from '../database/schema.js';
import { judgeOutcome, signedRequest } from './attempt-delivery.js';
import type { WebhookSender } from './webhook-sender.js';
import type { Webhook } from './webhook-store.js';
import type { WebhookTestDto } from './webhook.dto.js';

/** Sends one message that is no event, and says how it went. It is not tried again. */
export async function testWebhook(
  db: Kysely<Database>,
  sender: WebhookSender,
  webhook: Webhook,
): Promise<WebhookTestDto> {
  const { rows } = await sql<{ now: Date }>`select now()`.execute(db);
  const time = rows[0]?.now ?? new Date();
  const body = { type: 'webhook.test', timestamp: time.toISOString(), data: {} };
  const request = signedRequest(webhook.url, [webhook.secret], {
    id: `test-${newId()}`,
    time,
    body: JSON.stringify(body),
  });
  const startedAtMs = performance.now();
  // The sender has a deadline of its own.
  const outcome = judgeOutcome(await sender.send(request, new AbortController().signal));
  return {
    delivered: outcome.kind === 'delivered',
    status: outcome.status ?? null,
    error: outcome.kind === 'failed' ? outcome.error : null,
    duration_ms: Math.round(performance.now() - startedAtMs),
  };
}
